import { type Check, checkWords } from "./check.ts";
import type { Outcome } from "./outcome.ts";

/** What a command did at a host, and what it could not: 0 done, 1 not all of it. */
export function doneAt(host: string, checks: readonly Check[], json: boolean, more = ""): Outcome {
  const code = checks.every(({ ok }) => ok) ? 0 : 1;
  return {
    words: json ? `${JSON.stringify({ host, code, checks }, null, 2)}\n` : `${host}\n${checkWords(checks)}${more}`,
    code,
  };
}
