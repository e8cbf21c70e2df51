import { fromBytes, toBytes } from "./bytes.ts";

/** A line that resources put out of effect: a comment that says for whom, with the line as it was behind. */
export interface MutedLine {
  /** Those that mute it, the last that came first; none where nobody of us does. */
  readonly by: readonly string[];
  readonly line: string;
}

const MUTES = /^# pve-ops-managed (?:([^"\\ \t]+)|"((?:[^"\\]|\\.)*)") mutes: /;

/** A line of a binary text. What we would not have written so ourselves is nobody's of us. */
export function mutedLine(text: string): MutedLine {
  const by: string[] = [];
  let line = text;
  for (;;) {
    const [mark, plain, quoted = ""] = MUTES.exec(line) ?? [];
    const name = fromBytes(plain ?? quoted.replaceAll(/\\(.)/g, "$1"));
    if (mark === undefined || mark !== markOf(name)) return { by, line };
    by.push(name);
    line = line.slice(mark.length);
  }
}

/** The binary text of a line that resources mute. */
export const mutedText = ({ by, line }: MutedLine): string => by.map(markOf).join("") + line;

const markOf = (name: string): string =>
  toBytes(`# pve-ops-managed ${/["\\ \t]/.test(name) ? `"${name.replaceAll(/["\\]/g, "\\$&")}"` : name} mutes: `);
