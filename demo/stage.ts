import { basename, join } from "node:path";
import { styleText } from "node:util";
import { command, type Result } from "../setup/engine/command.ts";
import type { Workspace } from "../setup/engine/workspace.ts";

type Style = Parameters<typeof styleText>[0];
const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });
const color = process.stdout.isTTY && !process.env["NO_COLOR"] ? "always" : "never";

/** The person who watches wants no more of it, and says so by Ctrl-C, or by closing the pipe that the words go to. */
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interrupted.abort());
process.stdout.on("error", () => interrupted.abort());
interrupted.signal.addEventListener("abort", () =>
  tell("\nInterrupted: waiting for Pulumi to stop, then cleaning up."),
);

export const wasInterrupted = (): boolean => interrupted.signal.aborted;

/** Ends the walk here once the person who watches wants no more. */
export function goOn(): void {
  if (wasInterrupted()) throw new Error("interrupted");
}

/** Says one thing to the person who watches. */
export function tell(text: string): void {
  if (process.stdout.writable) console.log(text);
}

export const scene = (title: string): void => tell(`\n${paint(["bold", "cyan"], `▌ ${title}`)}`);

/** Text that stands a little to the right, as what is quoted. */
export const quote = (text: string): string => text.replace(/^(?=.)/gm, "    ");

/** Runs a command of Pulumi's and shows it with its whole output. */
export async function show(workspace: Workspace, ...args: string[]): Promise<Result> {
  goOn();
  tell(`\n  ${paint("bold", `$ pulumi ${args.join(" ")}`)}\n`);
  const onOutput = (text: string) => void (process.stdout.writable && process.stdout.write(quote(text)));
  const result = await workspace.run(args, { onOutput, color, interrupt: interrupted.signal });
  goOn();
  return result;
}

/** Has the plan gate judge a preview, and shows what it says. */
export async function judge(preview: string, ...args: string[]): Promise<Result> {
  goOn();
  tell(
    `\n  ${paint("bold", `$ pve-ops gate ${[basename(preview), ...args.map((arg) => basename(arg))].join(" ")}`)}\n`,
  );
  const bin = join(import.meta.dirname, "../bin/pve-ops.js");
  const result = await command(process.execPath, [bin, "gate", preview, ...args], { interrupt: interrupted.signal });
  tell(quote(`${result.stdout}${result.stderr}`));
  goOn();
  return result;
}

/** A claim that has to hold, said with a mark; the walk goes no further when it does not. */
export function prove(claim: string, holds: boolean, instead = ""): void {
  if (!holds) throw new Error(`does not hold: ${claim}${instead && `\n${instead}`}`);
  tell(`  ${paint("green", "✔")} ${claim}`);
}
