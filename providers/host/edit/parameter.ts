/** A word of a kernel command line, and where it stands. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// As the kernel has it: a no-break space ends a word too, also as the last byte of a longer character.
const BLANK = /[ \t\v\f\r\xa0]/;

/** The words of a kernel command line: a blank within double quotes ends none. `open`: a quote is never closed. */
export function wordsOf(line: string): { words: Word[]; open: boolean } {
  const words: Word[] = [];
  let start: number | undefined;
  let open = false;
  for (const [at, character] of [...line, " "].entries()) {
    const isEnd = at === line.length || (!open && BLANK.test(character));
    if (isEnd && start !== undefined) words.push({ text: line.slice(start, at), start, end: at });
    if (isEnd) start = undefined;
    else start ??= at;
    if (character === '"') open = !open;
  }
  return { words, open };
}

/** Whether it is one of those that end a word. */
export const isBlank = (character: string | undefined): boolean => character !== undefined && BLANK.test(character);

interface Parameter {
  readonly key: string;
  readonly value: string | undefined;
}

function parameter(word: string): Parameter {
  const bare = word.startsWith('"') ? word.slice(1).replace(/"$/, "") : word;
  const at = bare.indexOf("=");
  // To the kernel - and _ are the same in a name.
  const key = (at < 0 ? bare : bare.slice(0, at)).replaceAll("-", "_");
  const value = at < 0 ? undefined : bare.slice(at + 1);
  return { key, value: value?.startsWith('"') ? value.slice(1).replace(/"$/, "") : value };
}

/** The name of the parameter that a word sets. */
export const keyOf = (word: string): string => parameter(word).key;

/** Parameters that may be given more than once, and the part of their value that tells one from another. */
const APART: Readonly<Record<string, RegExp>> = {
  console: /^[^,]*/,
  earlycon: /^[^,]*/,
  fbcon: /^[^:]*/,
  video: /^[^:]*/,
  pci: /^$/,
  "modprobe.blacklist": /^$/,
};

/** Parameters whose value is a list, of which each item speaks for itself. */
const LISTS = ["amd_iommu", "intel_iommu", "iommu", "modprobe.blacklist", "pci"];

/** Whether a second of the two takes the place of the first: a parameter given twice has its last value. */
function isAlike(one: Parameter, other: Parameter): boolean {
  if (one.key !== other.key) return false;
  const apart = Object.hasOwn(APART, one.key) ? APART[one.key] : undefined;
  if (apart === undefined) return true;
  const [a, b] = [one, other].map(({ value = "" }) => apart.exec(value)?.[0]);
  return a !== undefined && a === b;
}

const truth = ({ key, value }: Parameter): string | undefined => {
  if (!key.includes(".") || !(value === undefined || /^(?:1|y|Y|on)$/.test(value))) return value;
  return "1";
};

/** Whether `found` says all that `wanted` does, be it written otherwise. */
function covers(found: Parameter, wanted: Parameter): boolean {
  if (found.key !== wanted.key) return false;
  if (truth(found) === truth(wanted)) return true;
  if (!LISTS.includes(wanted.key) || found.value === undefined || wanted.value === undefined) return false;
  const items = found.value.split(",");
  return wanted.value.split(",").every((item) => items.includes(item));
}

/** What a command line says of a parameter already: the word that says it, the one that says otherwise, or neither. */
export function spokenOf(words: readonly string[], wanted: string): { by: string; is: "same" | "other" } | undefined {
  const asked = parameter(wanted);
  const alike = words.filter((word) => isAlike(parameter(word), asked));
  const last = alike.at(-1);
  if (last !== undefined) return { by: last, is: covers(parameter(last), asked) ? "same" : "other" };
  const repeated = words.findLast((word) => covers(parameter(word), asked));
  return repeated === undefined ? undefined : { by: repeated, is: "same" };
}

/** The words of a line, each as it stands there. */
export const textsIn = (line: string): string[] => wordsOf(line).words.map(({ text }) => text);

/** Whether these words say a parameter with its value, and that is what counts of them. */
export const isSaidIn = (words: readonly string[], parameter: string): boolean =>
  spokenOf(words, parameter)?.is === "same";
