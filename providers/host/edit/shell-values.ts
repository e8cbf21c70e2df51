import type { Place } from "./origin.ts";
import { type Command, textOf } from "./shell-commands.ts";
import type { ShellWord } from "./shell-scan.ts";

/** What a variable holds, part by part with its line, and the lines by which only a shell could tell. */
export interface Value {
  readonly parts: readonly { readonly text: string; readonly at: Place }[];
  readonly unsure: readonly Place[];
}

export type Values = Map<string, Value>;

export const NONE: Value = { parts: [], unsure: [] };

type PlaceOf = (line: number) => Place;

const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?=)/;
/** What a shell does itself: it may set what it names, and outlived by that what is assigned in front of it. */
const BUILTINS = [":", "exec", "export", "read", "readonly", "set", "trap", "unset"];
/** After these anything may be set, or nothing more is read. A command that only a shell can tell may be one of them. */
const ANYTHING = [".", "eval", "exit", "return", "source", undefined];

/** What a command does to the values; `watched` are the names that are doubted where it may do anything. */
export function take(values: Values, { words, line, always }: Command, watched: readonly string[], at: PlaceOf): void {
  const [first, ...rest] = words;
  const isExport = first !== undefined && textOf(first) === "export" && rest.every(isName);
  const assigned = isExport ? rest : words;
  if (isExport || words.every((word) => assignmentIn(word) !== undefined)) {
    // What an export names is all read before any of it is set.
    const before: Values = isExport ? new Map(values) : values;
    for (const word of assigned) assign(values, isExport ? before : values, word, always, isExport, at);
    return;
  }
  const verb = words.find((word) => assignmentIn(word) === undefined);
  const does = verb && textOf(verb);
  const named = [...words.flatMap((word) => assignmentIn(word)?.name ?? []), ...watched.filter(isAmong(words))];
  const doubtful = [...(ANYTHING.includes(does) ? watched : []), ...(isBuiltin(does) ? named : [])];
  for (const name of doubtful) doubt(values, name, at(line));
}

/** From here on, a line says that `name` may hold something else. */
export function doubt(values: Values, name: string, at: Place): void {
  const { parts, unsure } = values.get(name) ?? NONE;
  values.set(name, { parts, unsure: [...unsure, at] });
}

function assign(
  values: Values,
  before: Values,
  word: ShellWord,
  always: boolean,
  isExport: boolean,
  at: PlaceOf,
): void {
  const found = assignmentIn(word);
  if (found === undefined) return;
  const value = valueIn(before, word, found.length, at);
  // Some shells split what is exported without quotes, some do not.
  const isSplit = isExport && word.pieces.some((piece) => piece.is === "variable" && !piece.quoted);
  // dash, which reads these files, knows no +=; and what is not always run may hold or not.
  if (always && !found.isAppended) values.set(found.name, value);
  if (!always || found.isAppended || isSplit) doubt(values, found.name, at(word.line));
}

function assignmentIn({ pieces }: ShellWord): { name: string; isAppended: boolean; length: number } | undefined {
  const end = pieces.findIndex((piece) => piece.is !== "text" || piece.quoted);
  const plain = pieces.slice(0, end < 0 ? pieces.length : end);
  const [all, name, operator] =
    ASSIGNMENT.exec(plain.map((piece) => (piece.is === "text" ? piece.text : "")).join("")) ?? [];
  return all === undefined || name === undefined
    ? undefined
    : { name, isAppended: operator === "+=", length: all.length };
}

function valueIn(values: Values, { pieces }: ShellWord, skip: number, place: PlaceOf): Value {
  const parts: Value["parts"][number][] = [];
  const unsure: Place[] = [];
  let left = skip;
  for (const piece of pieces) {
    const at = place(piece.line);
    if (piece.is === "unsure") unsure.push(at);
    if (piece.is === "text") {
      parts.push({ text: piece.text.slice(left), at });
      left = Math.max(0, left - piece.text.length);
    }
    if (piece.is === "variable") {
      // One of GRUB's that nothing set is empty; what else there is only a shell knows.
      const known = values.get(piece.name) ?? (piece.name.startsWith("GRUB_") ? NONE : { parts: [], unsure: [at] });
      parts.push(...known.parts);
      unsure.push(...known.unsure);
    }
  }
  return { parts, unsure };
}

const isName = (word: ShellWord): boolean => assignmentIn(word) !== undefined || /^\w+$/.test(textOf(word) ?? "");

const isBuiltin = (verb: string | undefined) => verb === undefined || [...BUILTINS, ...ANYTHING].includes(verb);

const isAmong = (words: readonly ShellWord[]) => (name: string) =>
  words.some((word) => [undefined, name].includes(textOf(word)));
