import { writeFile } from "node:fs/promises";
import { wordsOf } from "#providers/core/trouble.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { checkWords, codeOf, type Diagnosis } from "../check.ts";
import { type Node, nodeAt } from "../hosts/node.ts";
import { type Answer, ofEach, WHERE } from "../hosts/reach.ts";
import { misuse, oneOf, read } from "../options.ts";
import { CannotTell, type Outcome } from "../outcome.ts";
import { USAGE } from "../usage.ts";
import { boot } from "./boot.ts";
import { conflicts } from "./conflicts.ts";
import { iommu } from "./iommu.ts";
import { map } from "./map.ts";
import { mapPage } from "./page/page.ts";
import { restored } from "./restore.ts";

const usage = USAGE.diag;

type Question = (facts: HostFacts, node: Node, host: string) => Diagnosis;
const NAMES = ["iommu", "map", "conflicts", "boot"] as const;
const QUESTIONS: Readonly<Record<(typeof NAMES)[number], Question>> = {
  iommu,
  map,
  conflicts: (facts, _, host) => conflicts(facts, host),
  boot,
};

/** One of the questions, of each host: 0 healthy, 1 a finding, 2 it could not be told. */
export async function diag(args: readonly string[]): Promise<Outcome> {
  const { what, values } = options(args);
  if (values.restore) return outcome(what, await ofEach(values, restored), values.json);
  const answers = await ofEach(values, async ({ name, host, shell }) => {
    const [facts, node] = await Promise.all([host.facts(), nodeAt(shell)]);
    return { facts, node, diagnosis: QUESTIONS[what](facts, node, name) };
  });
  if (values.html !== undefined) await written(values.html, mapPage(answers, new Date()));
  const told = answers.map((one) => ("told" in one ? { host: one.host, told: one.told.diagnosis } : one));
  return outcome(what, told, values.json);
}

function options(args: readonly string[]) {
  const { values, positionals } = read(
    args,
    { ...WHERE, json: { type: "boolean" }, html: { type: "string" }, restore: { type: "boolean" } },
    usage,
  );
  const [word, ...more] = positionals;
  const what = oneOf("question", NAMES, word, usage);
  if (more.length > 0) throw misuse(`one question at a time, and hosts with --host: ${more.join(" ")}`, usage);
  if (values.html !== undefined && what !== "map")
    throw misuse("--html draws the map: pve-ops diag map --html FILE", usage);
  if (values.restore && what !== "boot") throw misuse("--restore belongs to pve-ops diag boot", usage);
  return { what, values };
}

async function written(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (thrown) {
    throw new CannotTell(`cannot write ${file}: ${wordsOf(thrown)}`);
  }
}

function outcome(what: string, answers: readonly Answer<Diagnosis>[], asJson = false): Outcome {
  const code = Math.max(...answers.map((one) => ("told" in one ? codeOf(one.told.checks) : 2)));
  return { words: asJson ? json(what, answers) : answers.map(text).join("\n"), code };
}

const text = (answer: Answer<Diagnosis>): string =>
  "told" in answer
    ? `${answer.host}\n${answer.told.shown ?? ""}${checkWords(answer.told.checks)}`
    : `${answer.host}\n  ✘ ${answer.why}\n`;

const json = (what: string, answers: readonly Answer<Diagnosis>[]): string => {
  const hosts = answers.map((one) =>
    "told" in one
      ? [one.host, { code: codeOf(one.told.checks), checks: one.told.checks, ...one.told.data }]
      : [one.host, { code: 2, why: one.why }],
  );
  return `${JSON.stringify({ question: what, hosts: Object.fromEntries(hosts) }, null, 2)}\n`;
};
