/** What a command prints, and its exit code. */
export interface Outcome {
  readonly words: string;
  readonly code: number;
}

/** A command of the operator's, as `main` knows it. */
export interface Command {
  /** Its name, what it takes and what it answers, in one line. */
  readonly usage: string;
  /** What `--help` adds to that. */
  readonly help?: string;
  run(args: readonly string[]): Promise<Outcome>;
}

/** Why there is no answer: what came is not what can be judged. */
export class CannotTell extends Error {
  /** What a program that reads the answer gets instead of one. */
  readonly words: string;

  constructor(why: string, words = "") {
    super(why);
    this.words = words;
  }
}
