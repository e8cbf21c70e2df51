import type { Endpoint, Takes } from "../pve/endpoints.ts";
import type { Args } from "./api-token-role.args.ts";
import type { AccessRecord } from "./record.ts";

/** One call that changes something. Each can be taken again. */
type Call = {
  [E in Endpoint]: {
    readonly say: string;
    readonly endpoint: E;
    readonly takes: Takes[E];
    /** What the state keeps once it is done. */
    readonly keep?: { readonly record: AccessRecord };
  };
}[Endpoint];

/** Makes a token, or its value anew: what answers holds what is told once. */
export interface NewValue {
  readonly say: string;
  readonly endpoint: "make" | "renew";
  readonly takes: Takes["POST /access/users/{userid}/token/{tokenid}"];
  readonly keep: { readonly record: AccessRecord };
}

/** What the token has to be able to do in the end. */
export interface Proof {
  readonly say: string;
  readonly endpoint: "prove";
  readonly id: string;
  readonly args: Args;
  readonly privileges: readonly string[];
  /** Its value, as far as it was known before. */
  readonly secret: string | undefined;
}

export type Step = Call | NewValue | Proof;
