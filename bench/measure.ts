import { loadavg } from "node:os";
import type { State } from "../lab/state.ts";
import type { Contender, Course, Name } from "./contender.ts";
import type { Interruption } from "./interruption.ts";
import type { LabProcess } from "./lab-process.ts";
import { PHASES, type Phase } from "./phases.ts";
import { mustHaveEnded, mustStand, stands } from "./proof.ts";
import { type Subject, type SubjectName, takesPart } from "./subject.ts";

/** One run of one command. */
export interface Sample {
  readonly round: number;
  readonly subject: SubjectName;
  readonly size: number;
  readonly contender: Name;
  readonly phase: Phase;
  readonly seconds: number;
  readonly requests: number;
  /** The machine's load over the last minute, when it began. */
  readonly load: number;
}

export interface Plan {
  readonly subjects: readonly Subject[];
  readonly contenders: readonly Contender[];
  readonly sizes: readonly number[];
  readonly rounds: number;
}

export interface Stage {
  readonly lab: LabProcess;
  readonly interruption: Interruption;
  readonly say: (text: string) => void;
}

/** Has every contender go through all phases with every subject and size, another one first each time. */
export async function measure({ subjects, contenders, sizes, rounds }: Plan, stage: Stage): Promise<Sample[]> {
  const samples: Sample[] = [];
  const before = await stage.lab.state();
  for (let round = 1; round <= rounds; round += 1)
    for (const subject of subjects) {
      const these = contenders.filter(({ name }) => takesPart(subject, name));
      for (const [index, size] of sizes.entries())
        for (const contender of rotated(these, round - 1 + index)) {
          const each = await walk(contender, { round, subject, size, before }, stage);
          const at = { round, subject: subject.name, size, contender: contender.name };
          samples.push(...each.map((one) => ({ ...at, ...one })));
        }
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

type Timed = Pick<Sample, "phase" | "seconds" | "requests" | "load">;

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
      await mustStand(stage.lab, before, { subject, made: contender.makes && stands(phase) ? size : 0 });
      stage.say(`${where}: ${one.seconds.toFixed(1)} s, ${one.requests} requests`);
      timed.push(one);
    }
  } finally {
    course.close();
  }
  return timed;
}

async function time(course: Course, phase: Phase, { lab, interruption }: Stage): Promise<Timed> {
  interruption.goOn();
  await lab.requests();
  const load = loadavg()[0] ?? 0;
  const begun = performance.now();
  const result = await course.run(phase);
  const seconds = (performance.now() - begun) / 1000;
  interruption.goOn();
  mustHaveEnded(result, course.expects(phase));
  return { phase, seconds, requests: await lab.requests(), load };
}
