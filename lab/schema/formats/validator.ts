import { FormatError } from "../errors.ts";

/** Throws a `FormatError` where a text is not as its format wants it. */
export type Validator = (text: string) => void;
export type Validators = Readonly<Record<string, Validator>>;
export type Holds = (text: string) => boolean;

export function refuse(words: string): never {
  throw new FormatError(`${words}\n`);
}

/** Refuses what does not hold, with words that may name the text. */
export const only =
  (holds: RegExp | Holds, words: string | ((text: string) => string)): Validator =>
  (text) => {
    if (holds instanceof RegExp ? holds.test(text) : holds(text)) return;
    refuse(typeof words === "string" ? words : words(text));
  };

/** The words that most of PVE's formats have. */
export const valid = (what: string, holds: RegExp | Holds): Validator =>
  only(holds, `value does not look like a valid ${what}`);
