import type { Name } from "./contender.ts";
import type { Sample } from "./measure.ts";
import { PHASES, type Phase } from "./phases.ts";
import type { SubjectName } from "./subject.ts";

/** What one subject, size and phase came to: the median of the rounds. */
export interface Figures {
  readonly subject: SubjectName;
  readonly size: number;
  readonly phase: Phase;
  readonly seconds: Readonly<Partial<Record<Name, number>>>;
  readonly requests: Readonly<Partial<Record<Name, number>>>;
  readonly connections: Readonly<Partial<Record<Name, number>>>;
}

/** The middle one, or between the two that are; none of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** How many times the other's time it took; none where one of them is not known. */
export const ratio = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one / other;

/** How many times our own time it took: what ours needs more than the floor, which is the engine's. */
export function beyondFloor(
  { ours, floor, ...others }: Figures["seconds"],
  name: keyof typeof others,
): number | undefined {
  if (ours === undefined || floor === undefined) return undefined;
  return ratio(others[name], Math.max(ours - floor, 0));
}

/** The medians, by subject, size and phase in the order of the phases. */
export function figures(samples: readonly Sample[]): Figures[] {
  const subjects = [...new Set(samples.map(({ subject }) => subject))];
  return subjects.flatMap((subject) =>
    figuresOf(
      subject,
      samples.filter((sample) => sample.subject === subject),
    ),
  );
}

function figuresOf(subject: SubjectName, samples: readonly Sample[]): Figures[] {
  const sizes = [...new Set(samples.map(({ size }) => size))].toSorted((a, b) => a - b);
  return sizes.flatMap((size) =>
    PHASES.map((phase) => {
      const here = samples.filter((sample) => sample.size === size && sample.phase === phase);
      const of = (what: Measured) => medians(here, what);
      return { subject, size, phase, seconds: of("seconds"), requests: of("requests"), connections: of("connections") };
    }),
  );
}

type Measured = "seconds" | "requests" | "connections";

function medians(samples: readonly Sample[], of: Measured): Partial<Record<Name, number>> {
  const names = [...new Set(samples.map(({ contender }) => contender))];
  const values = (name: Name) => samples.filter(({ contender }) => contender === name).map((sample) => sample[of]);
  return Object.fromEntries(names.map((name) => [name, median(values(name))]));
}
