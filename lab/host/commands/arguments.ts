import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Answer } from "../command.ts";

/** What a program that cannot be asked for that says. */
export const notHere = (program: string, what: string): Answer => ({
  stderr: `${program}: ${what} is not part of the lab\n`,
  code: 127,
});

export const failed = (stderr: string, code = 1): Answer => ({ stderr: `${stderr}\n`, code });

/** Parses a command line, or says what is wrong with it as the program would. */
export function parsed<O extends NonNullable<ParseArgsConfig["options"]>>(
  program: string,
  argv: readonly string[],
  options: O,
) {
  try {
    return { ok: true as const, ...parseArgs({ args: [...argv], options, allowPositionals: true, strict: true }) };
  } catch (thrown) {
    return {
      ok: false as const,
      answer: failed(`${program}: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
    };
  }
}
