import type { z } from "zod";
import { nearest } from "./nearest.ts";
import { type Path, unknownsIn } from "./unknown.ts";

/** Something wrong with the args: where, as one would write it in the program, and what. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export const failureWords = ({ property, reason }: Failure): string => (property ? `${property}: ${reason}` : reason);

export type Parsed<T> =
  | { readonly is: "known"; readonly args: T }
  /** Something is not known yet, and nothing is wrong that this may not excuse. */
  | { readonly is: "unknown" }
  | { readonly is: "wrong"; readonly failures: Failure[] };

/** The one place where what a user wrote becomes typed. A misspelt key is a failure that names the right one. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): Parsed<T> {
  const unknowns = unknownsIn(value);
  const result = schema.safeParse(value, { error: words });
  if (result.success) return unknowns.length === 0 ? { is: "known", args: result.data } : { is: "unknown" };
  const issues = result.error.issues.filter((issue) => !unknowns.some((unknown) => excuses(unknown, issue)));
  if (issues.length === 0) return { is: "unknown" };
  return { is: "wrong", failures: issues.map(({ path, message }) => ({ property: pathWords(path), reason: message })) };
}

/** Whether `issue` may be there only because what lies at `unknown` is not known yet. */
function excuses(unknown: Path, issue: z.core.$ZodIssue): boolean {
  if (issue.code === "unrecognized_keys") return false;
  const shared = Math.min(unknown.length, issue.path.length);
  const related = unknown.slice(0, shared).every((key, n) => key === issue.path[n]);
  const above = issue.path.length < unknown.length;
  return related && (!above || issue.code === "invalid_union" || issue.code === "custom");
}

/** `acl[0].path`, as one would write it in the program. */
export const pathWords = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (words, key) => (typeof key === "number" ? `${words}[${key}]` : words ? `${words}.${String(key)}` : String(key)),
    "",
  );

/** What zod says badly, in words that help; never with the value in it, which may be secret. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type" && issue.input === undefined) return `is missing (want ${issue.expected})`;
  if (issue.code === "invalid_value") return `want ${oneOf(issue.values.map(String), issue.input)}`;
  if (issue.code === "invalid_type") return `want ${SHAPES[issue.expected] ?? issue.expected}`;
  if (issue.code === "too_small" && issue.origin === "array") return `want at least ${issue.minimum} of them`;
  if (issue.code !== "unrecognized_keys") return undefined;
  return issue.keys
    .map((key) => `there is no ${JSON.stringify(key)} here${instead(key, knownKeys(issue.inst))}`)
    .join("; ");
}

const SHAPES: Readonly<Record<string, string>> = {
  object: "names with values, like { name: value }",
  array: "a list",
  string: "a text",
  record: "names with values, like { name: value }",
  boolean: "true or false",
  int: "a whole number",
};

function oneOf(known: readonly string[], typed: unknown): string {
  const meant = typeof typed === "string" ? nearest(typed, known) : undefined;
  return meant ? `one of ${known.join(", ")}; did you mean ${meant}?` : `one of ${known.join(", ")}`;
}

function instead(typed: string, known: readonly string[]): string {
  const meant = nearest(typed, known);
  return meant ? `; did you mean ${JSON.stringify(meant)}?` : `, only ${known.join(", ")}`;
}

function knownKeys(schema: unknown): string[] {
  const def = (schema as z.core.$ZodObject | undefined)?._zod.def;
  return def && "shape" in def ? Object.keys(def.shape) : [];
}
