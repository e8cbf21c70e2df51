import { Trouble } from "../../core/trouble.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import { isContinued } from "./lines.ts";
import { mutedLine } from "./muted-line.ts";

/** A line that is one of our marks, or was one before somebody edited it. */
export interface Mark {
  /** Counted from 0. */
  readonly at: number;
  readonly is: "BEGIN" | "END";
  readonly name: string;
  /** As we write it; the ending of its line aside. */
  readonly whole: boolean;
}

// Not \s: in binary text a byte of a longer character may look like one of its blanks.
const MARK = /^[^\n]*?(BEGIN|END)[ \t]+pve-ops-managed(?:[ \t]+([^\n]*?))?([ \t\r]*)$/i;

/** All marks of all resources in the lines of a binary text, in their order. */
export const marksIn = (lines: readonly string[]): Mark[] =>
  lines.flatMap((line, at) => (/pve-ops-managed/i.test(line) && !isMuted(line) ? markIn(line, at) : []));

// Its name may look like a mark.
const isMuted = (line: string): boolean => mutedLine(line).by.length > 0;

function markIn(line: string, at: number): Mark[] {
  const [, word, bytes = "", after] = MARK.exec(line) ?? [];
  if (word === undefined || after === undefined) return [];
  const name = fromBytes(bytes);
  const is = word.toUpperCase() === "BEGIN" ? "BEGIN" : "END";
  return [{ at, is, name, whole: line.replace(/\r$/, "") === mark(is, name) }];
}

/** The line that begins or ends the block called `name`. */
export const mark = (is: "BEGIN" | "END", name: string): string => toBytes(`# ${is} pve-ops-managed ${name}`);

/** Stops at a name that could not be found again in a mark. */
export function checkName(name: string, where: string): void {
  const isBroken = !name.isWellFormed() || [...name].some((character) => character < " " || character === "\x7f");
  if (name !== "" && !name.startsWith(" ") && !name.endsWith(" ") && !isContinued(name) && !isBroken) return;
  throw new Trouble({
    doing: `marking ${where} for the resource ${JSON.stringify(name)}`,
    came: "this name cannot stand in a mark",
    next: "Give the resource a name of one line that begins and ends with no blank, and ends with no backslash",
  });
}
