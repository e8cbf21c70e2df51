import { isDeepStrictEqual } from "node:util";
import type { Standing } from "./kind.ts";
import { lineDiff } from "./line-diff.ts";

/** What somebody changed: a part that is neither as we left it nor as it should become. */
export interface Conflict {
  readonly path: string;
  readonly left: unknown;
  readonly found: unknown;
}

export const isNothing = (standing: Standing): boolean => partsOf(standing).size === 0;

/** Where `live` is neither what we left there nor what is wanted. With the two the same: where it is not as wanted. */
export function conflicts(live: Standing, left: Standing, wanted: Standing): Conflict[] {
  const [now, then, next] = [partsOf(live), partsOf(left), partsOf(wanted)];
  return [...new Set([...now.keys(), ...then.keys(), ...next.keys()])]
    .map((path) => ({ path, left: then.get(path), found: now.get(path), wanted: next.get(path) }))
    .filter(({ left, found, wanted }) => !isDeepStrictEqual(found, left) && !isDeepStrictEqual(found, wanted));
}

/** A conflict in words: the lines that went and the lines that came. */
export function conflictWords({ path, left, found }: Conflict): string {
  const changed = lineDiff(linesOf(left), linesOf(found)).map((line) => `  ${line}`);
  return [`${path}:`, ...changed].join("\n");
}

const partsOf = ({ files, objects }: Standing): Map<string, unknown> =>
  new Map([...Object.entries(files), ...Object.entries(objects)].toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** The engine keeps an object's keys by the alphabet, whatever their order was. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

function linesOf(part: unknown): string[] {
  if (part === undefined) return [];
  return (typeof part === "string" ? part : JSON.stringify(part, inOrder, 2)).split("\n");
}
