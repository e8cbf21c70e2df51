import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** What a test process tells the one that started it. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Mocha's `spec` for people, and the figures as data in the file that `PVE_OPS_TEST_OUTCOME` names. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const outcome: Outcome = { passed: passes, failed: failures, skipped: pending };
      const file = process.env["PVE_OPS_TEST_OUTCOME"];
      if (file) writeFileSync(file, JSON.stringify(outcome));
    });
  }
}
