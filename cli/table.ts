/** Rows as aligned columns, two blanks between them; a column in which nothing stands is left out. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, n) => Math.max(...rows.map((row) => width(row[n]))));
  const cells = (row: readonly string[]) =>
    widths.flatMap((wide, n) => (wide === 0 ? [] : [`${row[n] ?? ""}${" ".repeat(wide - width(row[n]))}`]));
  return rows.map((row) => `${`${indent}${cells(row).join("  ")}`.trimEnd()}\n`).join("");
}

/** With a heading, which is left out where nothing is below it; a heading alone fills no column. */
export function headed(heading: readonly string[], rows: readonly (readonly string[])[], indent = "  "): string {
  if (rows.length === 0) return "";
  const isFilled = (n: number) => rows.some((row) => (row[n] ?? "") !== "");
  return table([heading.map((name, n) => (isFilled(n) ? name : "")), ...rows], indent);
}

const width = (text = ""): number => [...text].length;
