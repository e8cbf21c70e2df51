import type { Outcome } from "./reporter.ts";

/** How one test process ended: what it counted, if it came to that. */
export interface Ended {
  readonly file: string;
  readonly code: number;
  readonly outcome: Outcome | undefined;
}

/** The sum. A process that ended without counting, or badly with nothing failed, is one failure. */
export function tally(ended: readonly Ended[], strict: boolean): Outcome {
  const all = ended.map(({ code, outcome }): Outcome => {
    if (!outcome) return { passed: 0, failed: 1, skipped: 0 };
    const crashed = code !== 0 && outcome.failed === 0;
    const failed = outcome.failed + (crashed ? 1 : 0) + (strict ? outcome.skipped : 0);
    return { passed: outcome.passed, failed, skipped: strict ? 0 : outcome.skipped };
  });
  const sum = (key: keyof Outcome) => all.reduce((total, outcome) => total + outcome[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

export const closingLine = ({ passed, failed, skipped }: Outcome): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
