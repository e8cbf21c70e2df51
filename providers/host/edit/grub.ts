import { originsIn, type Place } from "./origin.ts";
import { wordsOf } from "./parameter.ts";
import { type Command, commandsIn, textOf } from "./shell-commands.ts";
import type { ShellWord } from "./shell-scan.ts";

/** A file of the host, in binary text. */
interface File {
  readonly path: string;
  readonly text: string;
}

/** A word that stands somewhere in the files. */
export interface PlacedWord {
  readonly word: string;
  readonly at: Place;
}

/** What GRUB hands to the kernel, as far as its files say; `unsure`: lines by which a shell decides it. */
export interface GrubWords {
  readonly words: readonly PlacedWord[];
  readonly unsure: readonly Place[];
}

interface Value {
  readonly parts: readonly { readonly text: string; readonly at: Place }[];
  readonly unsure: readonly Place[];
}

type Values = Map<string, Value>;

/** The variables that a normal boot entry takes, in the order in which it has them. */
const TAKEN = ["GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"];
const NONE: Value = { parts: [], unsure: [] };
const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?=)/;

/** The words by the files in the order in which grub-mkconfig reads them: /etc/default/grub, then its drop-ins. */
export function grubWords(files: readonly File[]): GrubWords {
  const values: Values = new Map();
  for (const { path, text } of files) {
    const origins = originsIn(text);
    const place = (line: number): Place => ({ path, line, origin: origins[line - 1] ?? { by: "somebody" } });
    const { commands, open } = commandsIn(text);
    for (const command of commands) take(values, command, place);
    if (open) for (const name of TAKEN) doubt(values, name, place(open.line));
  }
  const taken = TAKEN.map((name) => values.get(name) ?? NONE);
  return { words: taken.flatMap(placedWords), unsure: distinct(taken.flatMap(({ unsure }) => unsure)) };
}

function take(values: Values, { words, line, always }: Command, place: (line: number) => Place): void {
  const [first, ...rest] = words;
  const verb = first && textOf(first);
  const assigned = verb === "export" ? rest : words;
  const names = assigned.map(nameIn);
  if (assigned.every((_, n) => names[n] !== undefined || verb === "export")) {
    for (const [n, word] of assigned.entries()) {
      const [name, operator] = names[n] ?? [];
      if (name === undefined) continue;
      const value = valueIn(values, word, `${name}${operator}`.length, place);
      // dash, which reads these files, knows no +=; and where it is not always run, it may or may not hold.
      if (always && operator === "=") values.set(name, value);
      else doubt(values, name, place(line));
    }
    return;
  }
  if (verb === "." || verb === "source" || verb === "eval") for (const name of TAKEN) doubt(values, name, place(line));
  else if (verb === "unset" || verb === "read" || verb === ":")
    for (const name of TAKEN.filter((one) => mentions(words, one))) doubt(values, name, place(line));
}

function nameIn({ pieces }: ShellWord): [name: string, operator: string] | undefined {
  let literal = "";
  for (const piece of pieces) {
    if (piece.is !== "text") break;
    literal += piece.text;
    if (literal.includes("=")) break;
  }
  const [, name, operator] = ASSIGNMENT.exec(literal) ?? [];
  return name === undefined || operator === undefined ? undefined : [name, operator];
}

function valueIn(values: Values, { pieces }: ShellWord, skip: number, place: (line: number) => Place): Value {
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

function doubt(values: Values, name: string, at: Place): void {
  const { parts, unsure } = values.get(name) ?? NONE;
  values.set(name, { parts, unsure: [...unsure, at] });
}

const mentions = (words: readonly ShellWord[], name: string) =>
  words.some((word) => [undefined, name].includes(textOf(word)));

function placedWords({ parts }: Value): PlacedWord[] {
  const ats = parts.flatMap(({ text, at }) => Array<Place>(text.length).fill(at));
  const all = parts.map(({ text }) => text.replaceAll("\n", " ")).join("");
  return wordsOf(all).words.flatMap(({ text, start }) => {
    const at = ats[start];
    return at ? [{ word: text, at }] : [];
  });
}

const distinct = (places: readonly Place[]): Place[] => [
  ...new Map(places.map((place) => [`${place.path}:${place.line}`, place])).values(),
];
