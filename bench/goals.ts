import type { Name } from "./contender.ts";
import { type Figures, ratio } from "./figures.ts";
import type { Phase } from "./phases.ts";

const MANY = 100;

/** A relation of ours to another contender's time that is to hold. */
interface Goal {
  readonly words: string;
  readonly to: Exclude<Name, "ours">;
  readonly below: number;
  readonly phases: readonly Phase[];
  readonly sizes: (size: number) => boolean;
}

const GOALS: readonly Goal[] = [
  {
    words: `a preview of ${MANY} token roles takes less than 1.3 times the floor's`,
    to: "floor",
    below: 1.3,
    phases: ["preview", "preview again"],
    sizes: (size) => size === MANY,
  },
  {
    words: `from ${MANY} on, preview and up are faster than OpenTofu with bpg's provider`,
    to: "tofu",
    below: 1,
    phases: ["preview", "up", "preview again"],
    sizes: (size) => size >= MANY,
  },
];

/** A line for each goal: reached, not reached and where, or not measured. */
export const verdicts = (all: readonly Figures[]): string[] =>
  GOALS.map((goal) => `${goal.words}: ${verdict(goal, all)}`);

function verdict({ to, below, phases, sizes }: Goal, all: readonly Figures[]): string {
  const measured = all
    .filter(({ size, phase }) => sizes(size) && phases.includes(phase))
    .map(({ size, phase, seconds }) => ({ size, phase, times: ratio(seconds.ours, seconds[to]) }))
    .filter(({ times }) => times !== undefined);
  if (measured.length === 0) return "not measured";
  const words = measured.map(({ size, phase, times = 0 }) => `${size} ${phase} ${times.toFixed(2)}`).join(", ");
  const reached = measured.every(({ times = 0 }) => times < below);
  return `${reached ? "reached" : "not reached"} (${words})`;
}
