import { NAMES, type Name } from "./contender.ts";
import { beyondFloor, type Figures, ratio } from "./figures.ts";
import { type Subject, takesPart } from "./subject.ts";

interface Column {
  readonly head: string;
  readonly cell: (figures: Figures) => string;
}

const COMPARED: readonly (readonly [Name, Name])[] = [
  ["ours", "floor"],
  ["ours", "tofu"],
  ["bundle", "tofu"],
  ["ansible", "ours"],
];

const BEYOND: Column = {
  head: "ansible/(ours-floor)",
  cell: ({ seconds }) => written(beyondFloor(seconds, "ansible"), (n) => n.toFixed(1)),
};

/** A subject's figures as a table of Markdown, which is read as it is, too. */
export function table(subject: Subject, all: readonly Figures[]): string {
  const columns = columnsOf(subject);
  const own = all.filter((figures) => figures.subject === subject.name);
  const rows = [columns.map(({ head }) => head), ...own.map((figures) => columns.map(({ cell }) => cell(figures)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, n) => (n === 1 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, n) => (n === 1 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join("\n");
}

function columnsOf(subject: Subject): Column[] {
  const names = NAMES.filter((name) => takesPart(subject, name));
  const compared = COMPARED.filter((pair) => pair.every((name) => names.includes(name)));
  return [
    { head: subject.words.many, cell: ({ size }) => String(size) },
    { head: "phase", cell: ({ phase }) => phase },
    ...names.map((name) => ({
      head: name,
      cell: ({ seconds }: Figures) => written(seconds[name], (n) => `${n.toFixed(1)} s`),
    })),
    ...compared.map(([one, other]) => ({
      head: `${one}/${other}`,
      cell: ({ seconds }: Figures) => written(ratio(seconds[one], seconds[other]), (n) => n.toFixed(2)),
    })),
    ...(names.includes("ansible") ? [BEYOND] : []),
    ...names
      .filter((name) => name !== "floor")
      .map((name, n) => ({
        head: n === 0 ? `${subject.words.requests} ${name}` : name,
        cell: ({ requests }: Figures) => written(requests[name], (count) => String(Math.round(count))),
      })),
  ];
}

const written = (value: number | undefined, words: (value: number) => string): string =>
  value === undefined ? "–" : words(value);
