import type { State } from "../lab/state.ts";
import type { Name, PulumiName } from "./contender.ts";
import type { Ground, GroundWish } from "./ground.ts";

export const SUBJECT_NAMES = ["tokens", "backups", "hosts", "edits"] as const;
export type SubjectName = (typeof SUBJECT_NAMES)[number];

/** What the contenders make, so many of it, and how one sees that it is there. */
export interface Subject {
  /** Its folder of `tofu`, too. */
  readonly name: SubjectName;
  readonly words: { readonly one: string; readonly many: string; readonly requests: string };
  /** How many of it, where nobody says anything else. */
  readonly sizes: readonly number[];
  /** Milliseconds, where nobody says anything else. */
  readonly latency: number;
  /** Makes what it is made on. */
  readonly ground: (wish: GroundWish) => Promise<Ground>;
  /** What its list is called in a stack config, after `pve-ops:`. */
  readonly list: string;
  /** The list of so many for each Pulumi program; who has none takes no part. */
  readonly lists: Readonly<Partial<Record<PulumiName, (size: number) => readonly object[]>>>;
  readonly tofu?: {
    /** The configuration's variables for so many. */
    readonly variables: (size: number) => object;
    /** How many resources each of them is. */
    readonly resources: number;
  };
  /** For Ansible: where the card is. */
  readonly ansible?: { readonly slot: string };
  /** Whether a file, by its path in the ground's state, is one that it is written to; no other may change. */
  readonly isWritten: (path: string) => boolean;
  /** Whether a file may be another one for good: a log, say. */
  readonly isLeft?: (path: string) => boolean;
  /** What is not as it should be once so many are made; none where all is. */
  readonly shortfall: (before: State, after: State, made: number) => string | undefined;
}

export function takesPart({ lists, tofu, ansible }: Subject, name: Name): boolean {
  if (name === "tofu") return tofu !== undefined;
  return name === "ansible" ? ansible !== undefined : lists[name] !== undefined;
}
