import { styleText } from "node:util";
import type { Result } from "../setup/engine/command.ts";
import type { Workspace } from "../setup/engine/workspace.ts";

type Style = Parameters<typeof styleText>[0];
const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });

/** Says one thing to the person who watches. */
export const tell = (text: string): void => console.log(text);

export const scene = (title: string): void => tell(`\n${paint(["bold", "cyan"], `▌ ${title}`)}`);

/** Runs a command of Pulumi's and shows it with its whole output. */
export async function show(workspace: Workspace, ...args: string[]): Promise<Result> {
  tell(`\n  ${paint("bold", `$ pulumi ${args.join(" ")}`)}\n`);
  const onOutput = (text: string) => void process.stdout.write(text.replace(/^(?=.)/gm, "    "));
  return workspace.run(args, { onOutput, color: process.stdout.isTTY ? "always" : "never" });
}

/** A claim that has to hold, said with a mark; the walk goes no further when it does not. */
export function prove(claim: string, holds: boolean, instead = ""): void {
  if (!holds) throw new Error(`does not hold: ${claim}${instead && `\n${instead}`}`);
  tell(`  ${paint("green", "✔")} ${claim}`);
}
