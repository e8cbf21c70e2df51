import { nearest } from "#providers/core/nearest.ts";
import { gate, usage as gateUsage } from "./gate/gate.ts";
import { CannotTell, type Outcome } from "./outcome.ts";

type Command = (args: readonly string[]) => Promise<Outcome>;

const COMMANDS: Readonly<Record<string, { readonly run: Command; readonly usage: string }>> = {
  gate: { run: gate, usage: gateUsage },
};

const usage = () =>
  ["Usage: pve-ops COMMAND", "", ...Object.values(COMMANDS).map((command) => `  pve-ops ${command.usage}`), ""].join(
    "\n",
  );

/** Runs a command and answers its exit code: 2 where it could not tell. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = "--help", ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(usage());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const meant = nearest(name, Object.keys(COMMANDS));
    process.stderr.write(`pve-ops: there is no command ${name}${meant ? `; did you mean ${meant}?` : ""}\n${usage()}`);
    return 2;
  }
  try {
    const { words, code } = await command.run(rest);
    process.stdout.write(words);
    return code;
  } catch (thrown) {
    if (!(thrown instanceof CannotTell)) {
      // A mistake of ours: not even that may pass for an answer.
      process.stderr.write(`pve-ops ${name}: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      return 2;
    }
    process.stdout.write(thrown.words);
    process.stderr.write(`pve-ops ${name}: ${thrown.message}\n`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
