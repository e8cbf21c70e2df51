import { fromBytes } from "./bytes.ts";
import { logicalLines, type ModuleLine, moduleLines } from "./modprobe.ts";
import { type MutedLine, mutedLine, mutedText } from "./muted-line.ts";
import { originsIn } from "./origin.ts";

/**
 * The lines of modprobe.d that are meant, muted by now or not, in their order: what an edit of this kind is made from. Never
 * one of ours. A line that goes on is one with those that it goes on in, newlines between; of equal ones all are meant.
 */
export function linesToMute(path: string, text: string, isMeant: (line: ModuleLine) => boolean): string[] {
  const lines = linesIn(text);
  const said = moduleLines(path, lines.map(({ line }) => line).join("\n"));
  const meant = new Set(said.filter(isMeant).map(({ at }) => lines[at.line - 1]?.within));
  return lines.flatMap(({ isFirst, within }) => (isFirst && within !== undefined && meant.has(within) ? [within] : []));
}

/** What of a binary text the resource `name` mutes, each line called that; none where it mutes nothing. */
export function mutedIn(text: string, name: string): string | undefined {
  const muted = isTouched(text) ? linesIn(text).filter(({ by }) => by.includes(name)) : [];
  return muted.length === 0 ? undefined : shownMuted(muted.map(({ line }) => fromBytes(line)).join("\n"));
}

/** Muted lines as a person reads them, who is not to take them for something that is written. */
export const shownMuted = (lines: string): string =>
  lines
    .split("\n")
    .map((line) => `muted: ${line}`)
    .join("\n");

/**
 * The binary text in which the resource `name` mutes these lines, wherever they stand, and no others. What goes on in the
 * next line still does: to kmod all of it is one comment, as it was one line.
 */
export function withMuted(text: string, muted: readonly string[], name: string): string {
  if (muted.length === 0 && !isTouched(text)) return text;
  const lines = linesIn(text).map(({ by, line, within }) => {
    if (within === undefined || !muted.includes(within))
      return mutedText({ line, by: by.filter((one) => one !== name) });
    // Who mutes it already stays where it is among the others.
    return mutedText({ line, by: by.includes(name) ? by : [name, ...by] });
  });
  return lines.join("\n");
}

/** Whether it is worth looking closer: files are long, and few have anything muted. */
const isTouched = (text: string): boolean => text.includes(" mutes: ");

interface Line extends MutedLine {
  /** What kmod takes it for a part of, nobody muting it; none where that is ours. */
  readonly within: string | undefined;
  readonly isFirst: boolean;
}

function linesIn(text: string): Line[] {
  const found = text.split("\n").map((whole) => ({ whole, ...mutedLine(whole) }));
  const bare = found.map(({ line }) => line);
  const isOurs = originsIn(bare.join("\n")).map(({ by }) => by === "us");
  const lines = found.map(({ whole, by, line }, n) => (isOurs[n] ? { by: [], line: whole } : { by, line }));
  return logicalLines(bare.join("\n")).flatMap(({ line: first, last }) => {
    const all = lines.slice(first - 1, last);
    // Behind the last newline there is no line.
    const own = last === lines.length && all.at(-1)?.line === "" ? all.slice(0, -1) : all;
    const isOther = own.length > 0 && !own.some(({ line }, n) => isOurs[first - 1 + n] || NAMES_US.test(line));
    const within = isOther ? own.map(({ line }) => fromBytes(line)).join("\n") : undefined;
    return all.map((one, n) => ({ ...one, isFirst: n === 0, within: n < own.length ? within : undefined }));
  });
}

const NAMES_US = /pve-ops-managed/i;
