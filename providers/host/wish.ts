import type { Claimant } from "../core/kind.ts";
import type { Edit } from "./edit/edit.ts";
import type { HostFacts } from "./host-facts.ts";
import type { ResourceRecord } from "./journal.ts";

/** What has to run once files are changed: it takes minutes, so it runs apart from the connection. */
export interface Rebuild {
  readonly what: string;
  readonly argv: readonly string[];
  readonly seconds: number;
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
  /** What it has bound at run time, by address; as on record where nothing is said. */
  readonly bound?: NonNullable<ResourceRecord["bound"]>;
  /** What has to be rebuilt, by its name, for a change of these files to count. */
  readonly rebuilds: (changed: readonly string[]) => readonly string[];
  readonly rebuild: (what: string) => Rebuild;
}
