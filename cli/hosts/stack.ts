import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { Config } from "#providers/core/session.ts";
import { Trouble, wordsOf } from "#providers/core/trouble.ts";

const Values = z.record(z.string(), z.looseObject({ value: z.string().optional() }));

/** A stack's config, secrets in the clear: it stays in this process. */
export async function stackConfig(name: string): Promise<Config> {
  const values = valuesIn(await printed(["config", "--json", "--show-secrets", "--stack", name], name), name);
  return (key) => values[key]?.value;
}

/** What pulumi prints in this folder; a passphrase it asks for on the terminal, where there is one. */
async function printed(args: readonly string[], name: string): Promise<string> {
  const isThere = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const child = spawn("pulumi", [...args, ...(isThere ? [] : ["--non-interactive"])], {
    stdio: [isThere ? "inherit" : "ignore", "pipe", isThere ? "inherit" : "pipe"],
  });
  const told = (stream: Readable | null) => (stream === null ? "" : text(stream));
  const ended = new Promise<number>((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done(code ?? 1));
  });
  try {
    const [stdout, stderr, code] = await Promise.all([told(child.stdout), told(child.stderr), ended]);
    if (code === 0) return stdout;
    throw notTold(name, `pulumi ended with ${code}${stderr.trim() ? `: ${stderr.trim()}` : ""}`);
  } catch (thrown) {
    if (thrown instanceof Trouble) throw thrown;
    throw notTold(name, `pulumi could not be run (${wordsOf(thrown)})`);
  }
}

function valuesIn(json: string, name: string): z.output<typeof Values> {
  try {
    return Values.parse(JSON.parse(json));
  } catch {
    // Not quoted: it holds secrets.
    throw notTold(name, "what pulumi told is not what this version understands");
  }
}

const notTold = (name: string, came: string): Trouble =>
  new Trouble({
    doing: `reading the config of the stack ${name}`,
    came,
    next:
      "Run this in the project's folder, with pulumi on the PATH and logged in, and PULUMI_CONFIG_PASSPHRASE set " +
      "where the stack wants it; or name hosts as ssh knows them, with --host",
  });
