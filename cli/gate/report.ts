import { z } from "zod";
import { CannotTell } from "../outcome.ts";

/** A line of the file that `PVE_OPS_REPORT` names. */
const Found = z.object({
  urn: z.string(),
  level: z.enum(["info", "warning"]),
  code: z.string(),
  target: z.string(),
  message: z.string(),
  amount: z.number().optional(),
});
export type Found = z.output<typeof Found>;

/** What a run found besides its preview; each thing once, however often it was said. */
export function foundIn(text: string, file: string): Found[] {
  const found = text.split("\n").flatMap((line, n) => (line.trim() === "" ? [] : [lineOf(line, `${file}:${n + 1}`)]));
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

function lineOf(line: string, at: string): Found {
  const parsed = Found.safeParse(jsonIn(line));
  if (parsed.success) return parsed.data;
  throw new CannotTell(`${at} is no line of a report that this version understands (PVE_OPS_REPORT names the file)`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
