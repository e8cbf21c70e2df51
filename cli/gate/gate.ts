import { readFile } from "node:fs/promises";
import { wordsOf } from "#providers/core/trouble.ts";
import { misuse, read } from "../options.ts";
import { CannotTell, type Outcome } from "../outcome.ts";
import { judge } from "./judge.ts";
import { plannedIn } from "./preview.ts";
import { foundIn } from "./report.ts";
import { DEFAULT, rulesIn } from "./rules.ts";
import { codeOf, FORMATS } from "./words.ts";

export const usage =
  "gate PREVIEW.json [--report REPORT.jsonl] [--rules GATE.yaml] [--format text|json|markdown|github|junit|sarif]   may this change be made?";

/** Judges a preview: 0 allowed, 1 a rule is broken, 2 it cannot be told. */
export async function gate(args: readonly string[]): Promise<Outcome> {
  const { preview, report, rules, format } = options(args);
  try {
    const planned = plannedIn(await textOf(preview), preview);
    const findings = report === undefined ? undefined : foundIn(await textOf(report), report);
    const given = rules === undefined ? DEFAULT : rulesIn(await textOf(rules), rules);
    if (rules !== undefined && report === undefined && given.rules.some(({ rule }) => BY_FINDINGS.has(rule)))
      throw new CannotTell("the rules go by findings: give the report of the same preview with --report");
    const verdict = judge(planned, findings, given);
    return { words: format.judged(planned, verdict), code: codeOf(verdict) };
  } catch (thrown) {
    throw thrown instanceof CannotTell ? new CannotTell(thrown.message, format.failed(thrown.message)) : thrown;
  }
}

const BY_FINDINGS: ReadonlySet<string> = new Set(["findings", "backups"]);

function options(args: readonly string[]) {
  const known = { report: { type: "string" }, rules: { type: "string" }, format: { type: "string" } } as const;
  const { values, positionals } = read(args, known, usage);
  const [preview, ...more] = positionals;
  if (preview === undefined || more.length > 0) throw misuse("one preview is judged at a time", usage);
  const { report, rules, format: name = "text" } = values;
  const format = Object.entries(FORMATS).find(([one]) => one === name)?.[1];
  if (!format) throw new CannotTell(`there is no format ${name}, only ${Object.keys(FORMATS).join(", ")}`);
  return { preview, report, rules, format };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    throw new CannotTell(`cannot read ${file}: ${wordsOf(thrown)}`);
  }
}
