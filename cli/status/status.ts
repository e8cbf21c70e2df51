import { codeOf } from "../check.ts";
import { nodeAt } from "../hosts/node.ts";
import { type Answer, ofEach, WHERE } from "../hosts/reach.ts";
import { misuse, read } from "../options.ts";
import type { Outcome } from "../outcome.ts";
import { USAGE } from "../usage.ts";
import { type HostStatus, statusOf } from "./host-status.ts";
import { statusWords } from "./status-words.ts";

/** How each host is: 0 as declared, 1 not, 2 it could not be told. */
export async function status(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = read(args, { ...WHERE, json: { type: "boolean" } }, USAGE.status);
  if (positionals.length > 0) throw misuse(`hosts are named with --host: ${positionals.join(" ")}`, USAGE.status);
  const answers = await ofEach(values, async ({ name, host, shell, declared }) => {
    const [facts, node] = await Promise.all([host.facts(), nodeAt(shell)]);
    return statusOf(name, facts, node, declared);
  });
  const codes = answers.map((one) => ("told" in one ? codeOf(one.told.checks) : 2));
  return { words: values.json ? json(answers) : answers.map(text).join("\n"), code: Math.max(0, ...codes) };
}

const text = (answer: Answer<HostStatus>): string =>
  "told" in answer ? statusWords(answer.host, answer.told) : `${answer.host}\n  ✘ ${answer.why}\n`;

const json = (answers: readonly Answer<HostStatus>[]): string => {
  const hosts = answers.map((one) =>
    "told" in one ? [one.host, { code: codeOf(one.told.checks), ...one.told }] : [one.host, { code: 2, why: one.why }],
  );
  return `${JSON.stringify({ hosts: Object.fromEntries(hosts) }, null, 2)}\n`;
};
