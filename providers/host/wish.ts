import type { Claimant } from "../core/kind.ts";
import type { Edit } from "./edit/edit.ts";
import type { HostFacts } from "./host-facts.ts";
import type { Bound } from "./journal.ts";
import type { HostStep } from "./step.ts";

/** What has to run once files are changed: it takes minutes, so it runs apart from the connection. */
export interface Rebuild {
  readonly what: string;
  readonly argv: readonly string[];
  readonly seconds: number;
}

/** Devices that change their driver while the host runs. */
export interface Binding {
  /** What is on record while they do, and after that; none where nothing binds at run time. */
  readonly during: Bound | undefined;
  readonly after: Bound | undefined;
  readonly steps: readonly HostStep[];
}

/** What is to stand in a host's files of one resource. */
export interface Wish {
  readonly who: Claimant;
  readonly facts: HostFacts;
  readonly edits: ReadonlyMap<string, Edit>;
  /** Goes over what others have in a file that is to be ours. */
  readonly force: boolean;
  /** A run itself reboots the host for what needs that. */
  readonly reboots?: boolean;
  /** None where what is bound at run time stays so. */
  readonly binding?: Binding;
  /** What has to be rebuilt, by its name, for a change of these files to count. */
  readonly rebuilds: (changed: readonly string[]) => readonly string[];
  readonly rebuild: (what: string) => Rebuild;
}
