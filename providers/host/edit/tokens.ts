import { isBlank, keyOf, spokenOf, wordsOf } from "./parameter.ts";
import type { FileRecord } from "./record.ts";

type Held = FileRecord["words"][number];

/** A parameter that is wanted and has another value there, be it an admin's or another resource's. */
export interface Clash {
  readonly token: string;
  readonly found: string;
  /** The resource that brought it; none where it is nobody's of us. */
  readonly by: string | undefined;
}

/** A text with words added to its first line, and what is to be recorded of them. */
interface Worded {
  readonly text: string;
  readonly words: readonly Held[];
  /** What was not added. */
  readonly clashes: readonly Clash[];
}

/** Why words cannot be added to a text of this kind; none where they can. */
export function whyNotWords(text: string, tokens: readonly string[]): string | undefined {
  const { words, open } = wordsOf(firstOf(text));
  if (!words.some((word) => keyOf(word.text) === "root"))
    return "its first line, the only one that counts, has no root=: nothing would boot with it";
  if (open) return "a quote on line 1 is never closed, and takes in all that is added";
  const broken = tokens.find((token) => {
    const one = wordsOf(token);
    return !/^[ -~]+$/.test(token) || one.open || one.words.length !== 1 || one.words[0]?.text !== token;
  });
  return broken === undefined ? undefined : `${JSON.stringify(broken)} is not one word of a kernel command line`;
}

/** Words for a first line; `last`: also behind one that says otherwise, so that they are what counts. */
export interface Tokens {
  readonly tokens: readonly string[];
  readonly last?: true;
}

/** `text` with `tokens` on its first line, and what else the resource `name` had there taken away. */
export function withWords(text: string, { tokens, last }: Tokens, name: string, words: readonly Held[]): Worded {
  const others = words.filter(({ by }) => by !== name);
  const stale = words.filter(({ by, word }) => by === name && !tokens.includes(word));
  let line = withoutHeld(firstOf(text), stale, others);
  const held: Held[] = [];
  const clashes: Clash[] = [];
  for (const token of tokens) {
    const standing = wordsOf(line).words;
    const spoken = spokenOf(
      standing.map((word) => word.text),
      token,
    );
    if (spoken?.is === "other" && !last) {
      const by = others.find(({ word, ours }) => ours && word === spoken.by)?.by;
      clashes.push({ token, found: spoken.by, by });
      continue;
    }
    const isNew = spoken?.is !== "same";
    if (isNew) {
      const end = standing.at(-1)?.end ?? 0;
      line = `${line.slice(0, end)} ${token}${line.slice(end)}`;
    }
    // A word once ours stays ours, with whomever of us it is shared.
    const wasOurs =
      words.some(({ word, ours }) => ours && word === token) && standing.some((one) => one.text === token);
    if (!held.some(({ word }) => word === token)) held.push({ by: name, word: token, ours: isNew || wasOurs });
  }
  return { text: `${line}${text.slice(firstOf(text).length)}`, words: [...others, ...held], clashes };
}

/** `text` without the words of the resource `name` that nobody else of us wants. */
export function withoutWords(text: string, name: string, words: readonly Held[]): string {
  const first = firstOf(text);
  const [own, others] = [words.filter(({ by }) => by === name), words.filter(({ by }) => by !== name)];
  return `${withoutHeld(first, own, others)}${text.slice(first.length)}`;
}

/**
 * Those words of the resource `name` that stand there and have their effect, whosever they are; none where all that it
 * added are gone, as when it was on its way out.
 */
export function wordsStanding(text: string, name: string, words: readonly Held[]): string[] | undefined {
  const line = wordsOf(firstOf(text)).words.map((word) => word.text);
  const own = words.filter(({ by }) => by === name);
  const standing = own.filter(({ word }) => spokenOf(line, word)?.is === "same");
  const isGone = own.some(({ ours }) => ours) && !standing.some(({ ours }) => ours);
  return isGone ? undefined : standing.map(({ word }) => word);
}

const firstOf = (text: string): string => text.split("\n", 1)[0] ?? "";

const withoutHeld = (line: string, held: readonly Held[], others: readonly Held[]): string =>
  held
    .filter(({ ours, word }) => ours && !others.some((one) => one.ours && one.word === word))
    .reduce((left, { word }) => withoutWord(left, word), line);

/** With it goes the blank that it was added with. */
function withoutWord(line: string, word: string): string {
  const found = wordsOf(line).words.findLast(({ text }) => text === word);
  if (found === undefined) return line;
  const { start, end } = found;
  if (isBlank(line[start - 1])) return line.slice(0, start - 1) + line.slice(end);
  return line.slice(0, start) + line.slice(isBlank(line[end]) ? end + 1 : end);
}
