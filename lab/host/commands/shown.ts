import type { Answer } from "../command.ts";
import { failed } from "./arguments.ts";

/** Data as PVE's programs print it, in the format that was asked for. */
export function shownAs(format: string | undefined, data: unknown): Answer {
  if (data === null || data === undefined)
    return { stdout: format === "json" || format === "json-pretty" ? "null\n" : "" };
  if (format === "json") return { stdout: `${JSON.stringify(sorted(data))}\n` };
  if (format === "json-pretty") return { stdout: `${JSON.stringify(sorted(data), null, 3)}\n` };
  if (format !== undefined && format !== "text")
    return failed(`400 Parameter verification failed.\noutput-format: '${format}' is not part of the lab`, 255);
  if (typeof data !== "object") return { stdout: `${String(data)}\n` };
  return {
    stdout: Array.isArray(data)
      ? listed(data)
      : table(
          ["key", "value"],
          Object.entries(data)
            .toSorted()
            .map(([key, value]) => [key, worded(value)]),
        ),
  };
}

/** Keys in their order, as PVE has them canonical. */
function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted);
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, sorted(value)]),
  );
}

const worded = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");

function listed(items: readonly unknown[]): string {
  const rows = items.map((item) =>
    typeof item === "object" && item !== null
      ? new Map<string, unknown>(Object.entries(item))
      : new Map([["value", item]]),
  );
  const keys = [...new Set(rows.flatMap((row) => [...row.keys()]))].toSorted();
  return items.length === 0
    ? ""
    : table(
        keys,
        rows.map((row) => keys.map((key) => worded(row.get(key)))),
      );
}

/** A table with lines around it. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, n) => Math.max(head.length, ...rows.map((row) => row[n]?.length ?? 0)));
  const rule = (left: string, middle: string, right: string, line: string) =>
    `${left}${widths.map((width) => line.repeat(width + 2)).join(middle)}${right}\n`;
  const line = (words: readonly string[]) => `│ ${words.map((word, n) => word.padEnd(widths[n] ?? 0)).join(" │ ")} │\n`;
  return (
    rule("┌", "┬", "┐", "─") +
    line(heads) +
    rule("╞", "╪", "╡", "═") +
    rows.map(line).join(rule("├", "┼", "┤", "─")) +
    rule("└", "┴", "┘", "─")
  );
}
