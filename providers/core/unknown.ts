import { runtime } from "@pulumi/pulumi";

/** What a preview sends, and may be sent, where a value is not known yet. */
export const UNKNOWN: string = runtime.unknownValue;

export type Path = readonly (string | number)[];

/** Where in `value` something is not known yet. */
export function unknownsIn(value: unknown, at: Path = []): Path[] {
  if (value === UNKNOWN) return [at];
  if (Array.isArray(value)) return value.flatMap((item, n) => unknownsIn(item, [...at, n]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unknownsIn(item, [...at, key]));
}
