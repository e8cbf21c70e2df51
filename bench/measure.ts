import { loadavg } from "node:os";
import type { State } from "../lab/state.ts";
import type { Contender, Course, Name } from "./contender.ts";
import type { Counts, Ground } from "./ground.ts";
import type { Interruption } from "./interruption.ts";
import { PHASES, type Phase } from "./phases.ts";
import { mustHaveEnded, mustStand, stands } from "./proof.ts";
import type { Subject, SubjectName } from "./subject.ts";

/** One run of one command. */
export interface Sample extends Counts {
  readonly round: number;
  readonly subject: SubjectName;
  readonly size: number;
  readonly contender: Name;
  readonly phase: Phase;
  readonly seconds: number;
  /** The machine's load over the last minute, when it began. */
  readonly load: number;
}

export interface Plan {
  readonly subject: Subject;
  /** Those who take part in it. */
  readonly contenders: readonly Contender[];
  readonly sizes: readonly number[];
  readonly rounds: number;
}

export interface Stage {
  readonly ground: Ground;
  readonly interruption: Interruption;
  readonly say: (text: string) => void;
}

/** Has every contender go through all phases with every size, another one first each time. */
export async function measure({ subject, contenders, sizes, rounds }: Plan, stage: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  const before = await stage.ground.state();
  for (let round = 1; round <= rounds; round += 1)
    for (const [index, size] of sizes.entries())
      for (const contender of rotated(contenders, round - 1 + index)) {
        const each = await walk(contender, { round, subject, size, before }, stage);
        const at = { round, subject: subject.name, size, contender: contender.name };
        samples.push(...each.map((one) => ({ ...at, ...one })));
      }
  return samples;
}

/** The same in turn, beginning at another place. */
export const rotated = <T>(all: readonly T[], by: number): T[] => all.map((_, n) => all[(n + by) % all.length] ?? _);

interface At {
  readonly round: number;
  readonly subject: Subject;
  readonly size: number;
  readonly before: State;
}

type Timed = Pick<Sample, "phase" | "seconds" | "load"> & Counts;

async function walk(contender: Contender, { round, subject, size, before }: At, stage: Stage): Promise<Timed[]> {
  stage.interruption.goOn();
  const course = await contender.open(subject, size);
  const { one: word, many } = subject.words;
  const timed: Timed[] = [];
  try {
    for (const phase of PHASES) {
      const where = `round ${round}, ${size} ${size === 1 ? word : many}, ${contender.name}, ${phase}`;
      const one = await time(course, phase, stage).catch((thrown: unknown) => {
        throw new Error(`${where}: ${thrown instanceof Error ? thrown.message : thrown}`, { cause: thrown });
      });
      await mustStand(stage.ground, before, { subject, made: contender.makes && stands(phase) ? size : 0 });
      stage.say(`${where}: ${one.seconds.toFixed(1)} s, ${one.requests} ${subject.words.requests}`);
      timed.push(one);
    }
  } finally {
    course.close();
  }
  return timed;
}

async function time(course: Course, phase: Phase, { ground, interruption }: Stage): Promise<Timed> {
  interruption.goOn();
  await ground.counts();
  const load = loadavg()[0] ?? 0;
  const begun = performance.now();
  const result = await course.run(phase);
  const seconds = (performance.now() - begun) / 1000;
  interruption.goOn();
  mustHaveEnded(result, course.expects(phase));
  return { phase, seconds, load, ...(await ground.counts()) };
}
