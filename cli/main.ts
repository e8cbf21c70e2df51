import { nearest } from "#providers/core/nearest.ts";
import { Trouble } from "#providers/core/trouble.ts";
import { COMMANDS } from "./commands.ts";
import { CannotTell } from "./outcome.ts";
import { painted, wantsColour } from "./paint.ts";

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
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`Usage: pve-ops ${command.usage}\n${command.help ?? ""}`);
    return 0;
  }
  try {
    const { words, code } = await command.run(rest);
    print(words);
    return code;
  } catch (thrown) {
    if (thrown instanceof CannotTell) process.stdout.write(thrown.words);
    // A mistake of ours: not even that may pass for an answer.
    const isKnown = thrown instanceof CannotTell || thrown instanceof Trouble;
    const why = isKnown ? thrown.message : thrown instanceof Error ? thrown.stack : String(thrown);
    process.stderr.write(`pve-ops ${name}: ${why}\n`);
    return 2;
  }
}

function print(words: string): void {
  process.stdout.write(wantsColour(process.stdout, process.env) ? painted(words) : words);
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
