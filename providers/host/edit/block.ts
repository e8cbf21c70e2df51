import { Trouble } from "../../core/trouble.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import { isContinued, lineWords } from "./lines.ts";
import { checkName, type Mark, mark, marksIn } from "./marks.ts";

interface Block {
  readonly begin: Mark;
  readonly end: Mark;
}

/** What the block called `name` holds in a binary text; none when there is no such block. */
export function blockIn(text: string, name: string, where: string): string | undefined {
  const lines = text.split("\n");
  const block = find(lines, name, where);
  if (!block) return undefined;
  return fromBytes(lines.slice(block.begin.at + 1, block.end.at).join("\n"));
}

/**
 * The binary text with that block holding `body`, or without the block. No byte outside the marks changes, and a block that
 * is added and removed leaves the text as it was: where the last line had no newline, the END mark has none either.
 */
export function withBlock(text: string, name: string, body: string | undefined, where: string): string {
  const lines = text.split("\n");
  const block = find(lines, name, where);
  if (body === undefined) return block ? without(lines, block).join("\n") : text;
  checkName(name, where);
  checkBody(body, name, where);
  const written = [mark("BEGIN", name), ...toBytes(body).split("\n"), mark("END", name)];
  return (block ? replaced(lines, block, written, where) : inserted(lines, written, name, where)).join("\n");
}

const without = (lines: readonly string[], { begin, end }: Block): string[] => [
  ...lines.slice(0, begin.at),
  ...lines.slice(end.at + 1),
];

function replaced(lines: readonly string[], block: Block, written: readonly string[], where: string): string[] {
  const { begin, end } = block;
  if (isContinued(lines[begin.at - 1] ?? ""))
    throw new Trouble({
      doing: `writing the block ${JSON.stringify(begin.name)} to ${where}`,
      came: `${lineWords([begin.at - 1])} ends with a backslash and takes in the mark below it`,
      next: "Take that backslash away, or leave an empty line above the mark",
    });
  return [...lines.slice(0, begin.at), ...written, ...lines.slice(end.at + 1)];
}

function inserted(lines: readonly string[], written: readonly string[], name: string, where: string): string[] {
  const unended = marksIn(lines).findLast(({ whole }) => whole);
  if (unended?.is === "BEGIN")
    throw new Trouble({
      doing: `writing the block ${JSON.stringify(name)} to ${where}`,
      came: `the block ${JSON.stringify(unended.name)} begins on ${lineWords([unended.at])} and ends nowhere`,
      next: "Put its END mark back, or remove it with what belongs to it",
    });
  // Where the other lines end with a carriage return, ours do not: what reads these files takes it for a part of the word.
  const last = lines.length - 1;
  const isOpen = lines[last] !== "";
  const bottom = isOpen ? lines.length : last;
  // Below a line that goes on, the mark would be part of it.
  let top = bottom;
  while (top > 0 && isContinued(lines[top - 1] ?? "")) top--;
  return [...lines.slice(0, top), ...written, ...lines.slice(top)];
}

function find(lines: readonly string[], name: string, where: string): Block | undefined {
  const refuse = (came: string, next: string) =>
    new Trouble({ doing: `looking for the block ${JSON.stringify(name)} in ${where}`, came, next });
  const marks = marksIn(lines);
  const edited = marks.find((one) => !one.whole && one.name.toLowerCase() === name.toLowerCase());
  if (edited)
    throw refuse(
      `${lineWords([edited.at])} was a mark of it and was edited: ${JSON.stringify(fromBytes(lines[edited.at] ?? ""))}`,
      `Make it ${JSON.stringify(fromBytes(mark(edited.is, name)))} again, or remove the whole block`,
    );
  const own = marks.filter((one) => one.whole && one.name === name);
  if (own.length === 0) return undefined;
  const [begins, ends] = [own.filter(({ is }) => is === "BEGIN"), own.filter(({ is }) => is === "END")];
  const [begin, end] = [begins[0], ends[0]];
  if (begin === undefined || end === undefined || end.at < begin.at || own.length !== 2)
    throw refuse(
      `its marks are broken: BEGIN on ${lineWords(begins.map(({ at }) => at))}, END on ${lineWords(ends.map(({ at }) => at))}`,
      "Leave one BEGIN with one END below it, or remove them all with what stands between",
    );
  const within = marks.filter(({ at }) => at > begin.at && at < end.at);
  if (within.length > 0)
    throw refuse(
      `marks of others stand in it, on ${lineWords(within.map(({ at }) => at))}`,
      "Move each BEGIN with its END and what is between out of it, or remove them",
    );
  const [above, below] = [marks[marks.indexOf(begin) - 1], marks[marks.indexOf(end) + 1]];
  if (above?.whole && above.is === "BEGIN" && below?.whole && below.is === "END" && above.name === below.name)
    throw refuse(
      `it stands in the block ${JSON.stringify(above.name)}, from ${lineWords([above.at])} to ${below.at + 1}`,
      "Move it out, with its marks",
    );
  return { begin, end };
}

function checkBody(body: string, name: string, where: string): void {
  const refuse = (came: string, next: string) =>
    new Trouble({ doing: `writing the block ${JSON.stringify(name)} to ${where}`, came, next });
  const lines = body.split("\n");
  if (marksIn(lines).length > 0)
    throw refuse(
      "what is to stand in it looks like a mark itself",
      "Leave out lines with BEGIN or END pve-ops-managed in them",
    );
  if (body.includes("\r")) throw refuse("it holds a carriage return", "End its lines with a newline alone");
  if (isContinued(lines.at(-1) ?? ""))
    throw refuse("its last line ends with a backslash, and would take in the mark below", "Take it away");
}
