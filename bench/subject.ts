import type { State } from "../lab/state.ts";
import type { Name, PulumiName } from "./contender.ts";

export const SUBJECT_NAMES = ["tokens", "backups"] as const;
export type SubjectName = (typeof SUBJECT_NAMES)[number];

/** What the contenders make, so many of it, and how one sees that it is there. */
export interface Subject {
  /** Its list in a stack config too, and its folder of `tofu`. */
  readonly name: SubjectName;
  readonly words: { readonly one: string; readonly many: string };
  /** The list of so many in the stack config of each Pulumi program; who has none takes no part. */
  readonly lists: Readonly<Partial<Record<PulumiName, (size: number) => readonly object[]>>>;
  readonly tofu: {
    /** The configuration's variables for so many. */
    readonly variables: (size: number) => object;
    /** How many resources each of them is. */
    readonly resources: number;
  };
  /** The cluster's files that it is written to; no other may change. */
  readonly files: readonly string[];
  /** What is not as it should be once so many are made; none where all is. */
  readonly shortfall: (before: State, after: State, made: number) => string | undefined;
}

export const takesPart = ({ lists }: Subject, name: Name): boolean => name === "tofu" || lists[name] !== undefined;
