import type { Endpoint, Takes } from "../pve/endpoints.ts";
import type { Keeping } from "./before.ts";
import type { JobObject } from "./job.ts";
import type { Guest } from "./selection.ts";

/** A call to the API. */
type Call = {
  [E in Endpoint]: { readonly do: "call"; readonly endpoint: E; readonly takes: Takes[E] };
}["POST /cluster/backup" | "PUT /cluster/backup/{id}" | "DELETE /cluster/backup/{id}" | "PUT /storage/{storage}"];

/** Has each node back up what is there of a job, once, and then says so in the job's note. */
export interface RunNow {
  readonly do: "run";
  readonly id: string;
  readonly job: JobObject;
  readonly guests: readonly Guest[];
  readonly isServer: boolean;
  /** When an earlier try began, by the clock of each node: what that has made need not be made again. */
  readonly begun: ReadonlyMap<string, number> | undefined;
  readonly done: Takes["PUT /cluster/backup/{id}"];
}

/** Marks what lies on a storage of some guests, so that nothing prunes it. */
export interface Protect {
  readonly do: "protect";
  readonly storage: string;
  readonly isServer: boolean;
  readonly nodes: readonly string[];
  readonly isFor: (vmid: number) => boolean;
}

/** Nothing is to be done, and something to be remembered or forgotten. */
interface Keep {
  readonly do: "keep";
}

export type Step = (Call | RunNow | Protect | Keep) & Keeping & { readonly say: string };
