// Runs every test file in a process of its own, four at a time, and ends with the sum of what they counted.
// Usage: run.ts [--strict] [--long | --vm] [--grep WORDS] [FILE ...]; --strict: a skipped test is a failed one.
// --vm: those on virtual machines, one at a time; exit 75 where none can run.
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { command } from "../../setup/engine/command.ts";
import { ensureEngine } from "../../setup/engine/engine.ts";
import { why } from "../vm/why.ts";
import type { Outcome } from "./reporter.ts";
import { closingLine, type Ended, tally } from "./tally.ts";

const CANNOT_HERE = 75;
const root = join(import.meta.dirname, "../..");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    strict: { type: "boolean" },
    long: { type: "boolean" },
    vm: { type: "boolean" },
    grep: { type: "string" },
  },
});
const onMachines = values.vm || positionals.some((file) => file.endsWith(".vm.test.ts"));
const AT_ONCE = onMachines ? 1 : 4;
const MINUTES_A_FILE = onMachines ? 120 : values.long ? 30 : 15;

const Counted = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });

function files(): string[] {
  if (positionals.length > 0) return positionals;
  const suffix = (file: string) => /\.(?:long|vm)(?=\.test\.ts$)/.exec(file)?.[0];
  const wanted = values.vm ? ".vm" : values.long ? ".long" : undefined;
  const all = globSync("test/**/*.test.ts", { cwd: root }).filter((file) => suffix(file) === wanted);
  // Those that wait for reboots, and those that drive the engine, take longest: begun first, they end the whole soonest.
  const weight = (file: string) => (/reboot\.test/.test(file) ? 0 : file.includes("e2e") ? 1 : 2);
  return all.toSorted((a, b) => weight(a) - weight(b) || a.localeCompare(b));
}

async function runFile(file: string, engine: string, folder: string): Promise<Ended> {
  const outcomeFile = join(folder, `${file.replaceAll("/", "_")}.json`);
  const mocha = join(root, "node_modules/mocha/bin/mocha.js");
  const args = [
    mocha,
    "--reporter",
    join(root, "test/run/reporter.ts"),
    "--timeout",
    "120000",
    "--forbid-only",
    "--exit",
  ];
  if (values.grep) args.push("--grep", values.grep);
  const env = { ...process.env, PVE_OPS_TEST_OUTCOME: outcomeFile, PVE_OPS_ENGINE: engine };
  const limit = MINUTES_A_FILE * 60_000;
  const { code, stdout, stderr } = await command(process.execPath, [...args, file], { cwd: root, env, limit });
  console.log(
    `${relative(root, join(root, file))}${code === 0 ? "" : ` (exit ${code})`}\n${stdout.trimEnd()}\n${stderr}`,
  );
  return { file, code, outcome: outcomeIn(outcomeFile) };
}

function outcomeIn(file: string): Outcome | undefined {
  try {
    return Counted.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

const reason = onMachines ? await why() : undefined;
if (reason !== undefined) {
  console.log(`no test ran: ${reason}`);
  process.exit(CANNOT_HERE);
}
const waiting = files();
const engine = await ensureEngine((text) => console.error(`${text} …`)).catch((error: Error) => {
  console.log(`${error.message}\n${closingLine({ passed: 0, failed: 1, skipped: 0 })}`);
  process.exit(1);
});
const folder = mkdtempSync(join(tmpdir(), "pve-ops-test-"));
const ended: Ended[] = [];
try {
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let file = waiting.shift(); file; file = waiting.shift())
        ended.push(await runFile(file, engine.bin, folder));
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (values.grep && ended.every(({ outcome }) => outcome && outcome.passed + outcome.failed + outcome.skipped === 0))
  console.log(`no test has ${JSON.stringify(values.grep)} in its name`);
const total = tally(ended, values.strict ?? false);
for (const { file, code, outcome } of ended)
  if (!outcome || code !== 0)
    console.log(`${file}: ${outcome ? `${outcome.failed} failed` : "ended before it counted"} (exit ${code})`);
console.log(closingLine(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
