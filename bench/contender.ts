import type { Result } from "../setup/engine/command.ts";
import type { Phase } from "./phases.ts";
import type { Subject } from "./subject.ts";

export const NAMES = ["ours", "bundle", "floor", "tofu", "ansible"] as const;
export type Name = (typeof NAMES)[number];
export type PulumiName = Exclude<Name, "tofu" | "ansible">;

/** A tool with something to do, ready to go through the phases. */
export interface Course {
  /** Runs the command of a phase to its end. */
  run(phase: Phase): Promise<Result>;
  /** How that command ends when it did what it should: its exit code, and words that it says. */
  expects(phase: Phase): { readonly code: number; readonly words: string };
  close(): void;
}

export interface Contender {
  readonly name: Name;
  /** Whether it makes anything there. */
  readonly makes: boolean;
  /** Makes ready for so many of the subject; none of this counts. */
  open(subject: Subject, size: number): Promise<Course>;
}
