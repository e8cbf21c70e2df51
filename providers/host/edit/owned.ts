import { Trouble } from "../../core/trouble.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import { checkName } from "./marks.ts";

const heading = (name: string) => `# pve-ops-managed: ${name}. Changes here are reverted.`;

/** A whole file: a script has the line above our heading that has the host's shell run it. */
interface Whole {
  readonly text: string;
  readonly script?: true;
}

/** The binary text of a whole file that is ours: our heading, then its text. */
export const ownedText = (name: string, { text, script }: Whole): string =>
  toBytes(`${script ? "#!/bin/sh\n" : ""}${heading(name)}\n${text}${text === "" || text.endsWith("\n") ? "" : "\n"}`);

/** The resource that a file's heading names, even where somebody edited it since; none where nobody of us made it. */
export function ownerIn(text: string): string | undefined {
  const [first = "", second = ""] = text.split("\n", 2);
  const top = first.startsWith("#!") ? second : first;
  const name = /^# pve-ops-managed: ([^\n]+)\. Changes here are reverted\.[ \t\r]*$/.exec(top)?.[1];
  return name === undefined ? undefined : fromBytes(name);
}

/** Stops where a whole file is to be written and somebody else's stands. */
export function refuseOthersFile(text: string, name: string, where: string): void {
  const doing = `writing ${where} for the resource ${JSON.stringify(name)}`;
  checkName(name, where);
  const owner = ownerIn(text);
  if (text === "" || owner === name) return;
  if (owner === undefined)
    throw new Trouble({
      doing,
      came: `somebody else's file is there, ${text.length} bytes without our heading`,
      next: "See what it is for, and move it away or give the resource another name",
    });
  throw new Trouble({
    doing,
    came: `it belongs to the resource ${JSON.stringify(owner)}`,
    next: "Give one of the two another name",
  });
}

/** Stops where a part of a file is to be edited, and one of us owns all of it. */
export function refuseInOwned(text: string, doing: string): void {
  const owner = ownerIn(text);
  if (owner === undefined) return;
  const came = `the whole file belongs to the resource ${JSON.stringify(owner)}`;
  throw new Trouble({ doing, came, next: "Change that resource instead" });
}
