import type { Name } from "./contender.ts";
import { type Figures, ratio } from "./figures.ts";
import type { Phase } from "./phases.ts";
import type { SubjectName } from "./subject.ts";

const MANY = 100;

/** A relation of one contender's time to another's that is to hold. */
interface Goal {
  readonly words: string;
  readonly subject: SubjectName;
  readonly of: Name;
  readonly to: Name;
  readonly below: number;
  readonly phases: readonly Phase[];
  readonly sizes: (size: number) => boolean;
}

const GOALS: readonly Goal[] = [
  {
    words: `a preview of ${MANY} token roles takes less than 1.3 times the floor's`,
    subject: "tokens",
    of: "ours",
    to: "floor",
    below: 1.3,
    phases: ["preview", "preview again"],
    sizes: (size) => size === MANY,
  },
  fasterThanTofu(`from ${MANY} token roles on`, "tokens", "ours"),
  fasterThanTofu(`from ${MANY} backup jobs on, each a resource`, "backups", "ours"),
  fasterThanTofu(`from ${MANY} backup jobs on, all in one resource`, "backups", "bundle"),
];

function fasterThanTofu(where: string, subject: SubjectName, of: Name): Goal {
  return {
    words: `${where}, preview and up are faster than OpenTofu with bpg's provider`,
    subject,
    of,
    to: "tofu",
    below: 1,
    phases: ["preview", "up", "preview again"],
    sizes: (size) => size >= MANY,
  };
}

/** A line for each goal: reached, not reached and where, or not measured. */
export const verdicts = (all: readonly Figures[]): string[] =>
  GOALS.map((goal) => `${goal.words}: ${verdict(goal, all)}`);

function verdict({ subject, of, to, below, phases, sizes }: Goal, all: readonly Figures[]): string {
  const measured = all
    .filter((one) => one.subject === subject && sizes(one.size) && phases.includes(one.phase))
    .map(({ size, phase, seconds }) => ({ size, phase, times: ratio(seconds[of], seconds[to]) }))
    .filter(({ times }) => times !== undefined);
  if (measured.length === 0) return "not measured";
  const words = measured.map(({ size, phase, times = 0 }) => `${size} ${phase} ${times.toFixed(2)}`).join(", ");
  const reached = measured.every(({ times = 0 }) => times < below);
  return `${reached ? "reached" : "not reached"} (${words})`;
}
