import type { Claimant } from "../core/kind.ts";
import type { Edit } from "./edit/edit.ts";
import type { HostFacts } from "./host-facts.ts";

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
  /** What has to be rebuilt, by its name, for a change of these files to count. */
  readonly rebuilds: (changed: readonly string[]) => readonly string[];
  readonly rebuild: (what: string) => Rebuild;
}
