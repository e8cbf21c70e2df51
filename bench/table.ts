import { type Figures, ratio } from "./figures.ts";

const HEAD = ["roles", "phase", "ours", "floor", "tofu", "ours/floor", "ours/tofu", "requests ours", "tofu"];

/** The figures as a table of Markdown, which is read as it is, too. */
export function table(all: readonly Figures[]): string {
  const rows = [HEAD, ...all.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, n) => (n === 1 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, n) => (n === 1 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join("\n");
}

const row = ({ size, phase, seconds, requests }: Figures): string[] => [
  String(size),
  phase,
  ...[seconds.ours, seconds.floor, seconds.tofu].map((one) => written(one, (n) => `${n.toFixed(1)} s`)),
  ...[ratio(seconds.ours, seconds.floor), ratio(seconds.ours, seconds.tofu)].map((one) =>
    written(one, (n) => n.toFixed(2)),
  ),
  ...[requests.ours, requests.tofu].map((one) => written(one, (n) => String(Math.round(n)))),
];

const written = (value: number | undefined, words: (value: number) => string): string =>
  value === undefined ? "–" : words(value);
