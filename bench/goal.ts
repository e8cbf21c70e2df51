import type { Name } from "./contender.ts";
import { beyondFloor, type Figures, ratio } from "./figures.ts";
import type { Phase } from "./phases.ts";
import type { SubjectName } from "./subject.ts";

/** What is to hold of some figures of a subject. */
export interface Goal {
  readonly words: string;
  readonly subject: SubjectName;
  readonly phases: readonly Phase[];
  readonly sizes: (size: number) => boolean;
  /** What is judged, of one of the figures beside all others; none where that was not measured. */
  readonly value: (one: Figures, all: readonly Figures[]) => number | undefined;
  readonly holds: (value: number) => boolean;
}

/** How many times another one's time a contender takes. */
export const times =
  (of: Name, to: Name): Goal["value"] =>
  ({ seconds }) =>
    ratio(seconds[of], seconds[to]);

/** How many times its time for a single one a contender takes. */
export const timesOfOne =
  (of: Name): Goal["value"] =>
  ({ seconds, phase, subject }, all) => {
    const one = all.find((other) => other.size === 1 && other.phase === phase && other.subject === subject);
    return ratio(seconds[of], one?.seconds[of]);
  };

/** How many times our own time, which is what we take beyond the floor, a contender takes. */
export const timesOurOwn =
  (of: "tofu" | "ansible"): Goal["value"] =>
  ({ seconds }) =>
    beyondFloor(seconds, of);

/** How often ours asks for each of them. */
export const each =
  (what: "requests" | "connections"): Goal["value"] =>
  ({ size, ...counted }) =>
    ratio(counted[what].ours, size);

/** Whether it is reached, with all that was judged, or was not measured. */
export function verdict({ subject, phases, sizes, value, holds }: Goal, all: readonly Figures[]): string {
  const measured = all
    .filter((one) => one.subject === subject && sizes(one.size) && phases.includes(one.phase))
    .flatMap((one) => {
      const judged = value(one, all);
      return judged === undefined ? [] : [{ of: `${one.size} ${one.phase}`, judged }];
    });
  if (measured.length === 0) return "not measured";
  const words = measured.map(({ of, judged }) => `${of} ${judged.toFixed(2)}`).join(", ");
  return `${measured.every(({ judged }) => holds(judged)) ? "reached" : "not reached"} (${words})`;
}
