import { Trouble } from "./trouble.ts";

const marks = (name: string) => [`# BEGIN pve-ops-managed ${name}`, `# END pve-ops-managed ${name}`] as const;

interface Split {
  readonly head: readonly string[];
  readonly body: readonly string[];
  readonly tail: readonly string[];
}

function split(text: string, name: string, where: string): Split | undefined {
  const lines = text.split("\n");
  const [begins, ends] = marks(name).map((mark) => lines.flatMap((line, n) => (line === mark ? [n] : [])));
  const [begin, end] = [begins?.[0], ends?.[0]];
  if (begin === undefined && end === undefined) return undefined;
  if (begin === undefined || end === undefined || end < begin || begins?.length !== 1 || ends?.length !== 1)
    throw new Trouble({
      doing: `looking for the block ${JSON.stringify(name)} in ${where}`,
      came: `its marks are broken: BEGIN on ${lineWords(begins)}, END on ${lineWords(ends)}`,
      next: "Leave one BEGIN with one END below it, or remove them all with what stands between",
    });
  return { head: lines.slice(0, begin), body: lines.slice(begin + 1, end), tail: lines.slice(end + 1) };
}

const lineWords = (at: readonly number[] | undefined): string =>
  at === undefined || at.length === 0 ? "no line" : `line ${at.map((n) => n + 1).join(" and ")}`;

/** What the block called `name` holds in `text`; none when there is no such block. */
export const blockIn = (text: string, name: string, where: string): string | undefined =>
  split(text, name, where)?.body.join("\n");

/**
 * `text` with that block holding `body`, or without the block. No byte outside the marks changes, and a block that
 * is added and removed leaves the text as it was: where the last line had no newline, the END mark has none either.
 */
export function withBlock(text: string, name: string, body: string | undefined, where: string): string {
  if (body !== undefined && /^# (?:BEGIN|END) pve-ops-managed /m.test(body))
    throw new Trouble({
      doing: `writing the block ${JSON.stringify(name)} to ${where}`,
      came: "what is to stand in it looks like a mark itself",
      next: "Leave out lines that begin with # BEGIN or # END pve-ops-managed",
    });
  const found = split(text, name, where);
  const block = body === undefined ? [] : [marks(name)[0], body, marks(name)[1]];
  if (found) return [...found.head, ...block, ...found.tail].join("\n");
  if (body === undefined) return text;
  const open = text !== "" && !text.endsWith("\n");
  return open ? `${text}\n${block.join("\n")}` : `${text}${block.join("\n")}\n`;
}
