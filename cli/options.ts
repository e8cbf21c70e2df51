import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { nearest } from "#providers/core/nearest.ts";
import { wordsOf } from "#providers/core/trouble.ts";
import { CannotTell } from "./outcome.ts";

/** The options and the words of a command line; what it does not know is refused, with what was meant. */
export function read<const Known extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Known,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (thrown) {
    throw misuse(meantIn(wordsOf(thrown), Object.keys(options)), usage);
  }
}

/** A command line that cannot be understood, and how it is written. */
export const misuse = (why: string, usage: string): CannotTell => new CannotTell(`${why}\nUsage: pve-ops ${usage}`);

/** One of several words, or what was meant by another one. */
export function oneOf<Word extends string>(
  what: string,
  known: readonly Word[],
  word: string | undefined,
  usage: string,
): Word {
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  if (word === undefined) throw misuse(`which ${what}? ${known.join(", ")}`, usage);
  throw misuse(`there is no ${what} ${word}${meantBy(word, known)}`, usage);
}

/** Node explains how to give what it takes for an option as a word: nobody asked. */
function meantIn(words: string, known: readonly string[]): string {
  const option = /^Unknown option '--?([^']+)'/.exec(words)?.[1];
  if (option === undefined) return words;
  const dashed = known.map((one) => `--${one}`);
  return `there is no option --${option}${meantBy(`--${option}`, dashed)}`;
}

function meantBy(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `, only ${known.join(", ")}` : `; did you mean ${meant}?`;
}
