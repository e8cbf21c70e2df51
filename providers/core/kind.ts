import type { z } from "zod";
import type { Failure } from "./door.ts";
import type { Finding } from "./finding.ts";
import type { Run } from "./session.ts";

/** What stands, or should stand, of a resource: our part of each file by path, each API object by its path. */
export interface Standing {
  readonly files: Readonly<Record<string, string>>;
  readonly objects: Readonly<Record<string, unknown>>;
}

export const NOTHING: Standing = { files: {}, objects: {} };

/** Something that applying does beyond writing what `Standing` shows. */
export interface Effect {
  readonly kind:
    | "initramfs"
    | "boot-entries"
    | "reboot"
    | "bind"
    | "drain"
    | "migrate"
    | "shutdown"
    | "start"
    | "packages"
    | "maintenance"
    | "prune"
    | "protect"
    | "task"
    | "secret";
  readonly target: string;
  readonly detail: string;
}

/** What should be, and what a person should know before it is. */
export interface Desired {
  readonly standing: Standing;
  readonly effects: readonly Effect[];
  readonly onDelete: readonly Effect[];
  /** Asked for by a preview alone. */
  readonly findings: () => readonly Finding[];
  /** Reasons why this cannot or must not be; each stops the preview, and the writing. */
  readonly refusals: readonly Failure[];
  /** What is not there yet and must be before anything is written; a preview just says so, since a sibling may bring it. */
  readonly awaited?: readonly Failure[];
}

/** Args that every resource has: `force` goes over what somebody else changed in our part. */
export interface CommonArgs {
  readonly force?: boolean | undefined;
}

/** What every reading of the world must tell the lifecycle. */
export interface CommonFacts {
  readonly standing: Standing;
  /** The URN of the resource that a record beside our part names; none where there is no record. */
  readonly claimedBy: string | undefined;
  /** What that record says is still to be done, though all may stand as wanted. */
  readonly unfinished?: boolean;
  /** Outputs beside what stands: told, never compared. */
  readonly observed?: Readonly<Record<string, unknown>>;
}

/** What only the one who made it knows, a token's value say: it is read nowhere, so the state carries it on. */
export type Kept = Readonly<Record<string, unknown>>;

/** What the state says of a resource. */
export interface Last {
  readonly standing: Standing;
  /** None in a preview: the engine does not hand it over there. */
  readonly kept: Kept | undefined;
}

/** Who writes: the name in our marks, and the URN that a record beside them keeps. */
export interface Claimant {
  readonly name: string;
  readonly urn: string;
}

/** A resource: how to read the world, what should be there, and the steps from one to the other. */
export interface Kind<Args extends CommonArgs, Facts extends CommonFacts, Step> {
  readonly type: string;
  readonly args: z.ZodObject & z.ZodType<Args>;
  /** Args that say which thing this is, as `user.id` is written: another value is another thing. */
  readonly identity: readonly string[];
  /** Which parts of `Standing` it has. */
  readonly renders: readonly (keyof Standing)[];
  /** Parts that change without anybody's doing, at a reboot say: found otherwise, they are no one's edit. */
  readonly fleeting?: (path: string) => boolean;
  /** What it keeps in the state beside what can be read back, by name, and whether it is a secret there. */
  readonly keeps?: Readonly<Record<string, "plain" | "secret">>;
  /** What must not be worked on twice at a time: a host, say. */
  target(args: Args): string;
  /** Reads what has to be known, and changes nothing. `last` is none where the state has none. */
  facts(who: Claimant, args: Args, run: Run, last: Last | undefined): Promise<Facts>;
  /** Reads just what stands, where all the facts are much more: after writing, and in a refresh. */
  readBack?(who: Claimant, args: Args, run: Run, last: Last | undefined): Promise<CommonFacts>;
  /** Pure. */
  desired(who: Claimant, args: Args, facts: Facts, run: Pick<Run, "secret">): Desired;
  /** Pure: from the world as it is to `wanted`; to `NOTHING` when the resource goes. Each can be repeated. */
  steps(who: Claimant, args: Args, facts: Facts, wanted: Standing, kept: Kept): Step[];
  /** What it is to keep it says as soon as it knows it: a failure after that does not lose it. */
  apply(steps: readonly Step[], run: Run, keep: (kept: Kept) => void): Promise<void>;
}
