import type { Properties } from "../schema/schema.ts";

/** As PVE takes lists: an array for a text that is a list, and one text where an array is wanted. */
export function inLists(
  params: Readonly<Record<string, unknown>>,
  properties: Properties = {},
): Readonly<Record<string, unknown>> {
  const taken = Object.entries(params).map(([name, value]) => {
    const { type, format } = properties[name] ?? {};
    const isList = typeof format === "string" && format.endsWith("-list");
    if (Array.isArray(value) && type === "string" && isList) return [name, value.join(",")];
    return type === "array" && isText(value) ? [name, [value]] : [name, value];
  });
  return Object.fromEntries(taken);
}

/** PVE leaves alone what Perl takes for a no. */
const isText = (value: unknown): boolean =>
  ["string", "number"].includes(typeof value) && value !== "" && value !== "0" && value !== 0;
