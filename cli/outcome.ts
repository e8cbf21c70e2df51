/** What a command prints, and its exit code. */
export interface Outcome {
  readonly words: string;
  readonly code: number;
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
