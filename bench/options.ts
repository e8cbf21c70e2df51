import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { NAMES, type Name } from "./contender.ts";
import { SUBJECT_NAMES, type Subject, takesPart } from "./subject.ts";
import { SUBJECTS } from "./subjects.ts";

const RESULTS = join(import.meta.dirname, "results.json");

export const USAGE = `usage: npm run bench -- [--subject NAME] [--sizes N,N] [--rounds R] [--without NAME]
                        [--latency MS] [--results FILE]
  --subject NAME   what is made: ${SUBJECT_NAMES.join(", ")}; each in turn if nothing is said
  --sizes N,N      how many of it; if nothing is said 1,10,100 hosts, 10 real hosts, and else 1,10,100,500
  --rounds R       how often each is measured, for the median; 3 if nothing is said
  --without NAME   leaves one out: ${NAMES.join(", ")}; may be said again
  --latency MS     how long every call to the cluster takes at least, and there and back over SSH; if nothing is
                   said 200 for hosts, and else 0
  --results FILE   where the raw figures go; bench/results.json if nothing is said`;

export interface Options {
  readonly subjects: readonly Subject[];
  /** Where nothing is said, each subject has its own. */
  readonly sizes: readonly number[] | undefined;
  readonly rounds: number;
  readonly names: readonly Name[];
  readonly latency: number | undefined;
  readonly results: string;
  readonly help: boolean;
}

/** What the command line asks for; an Error says what is wrong with it. */
export function optionsIn(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      subject: { type: "string" },
      sizes: { type: "string" },
      rounds: { type: "string", default: "3" },
      without: { type: "string", multiple: true, default: [] },
      latency: { type: "string" },
      results: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { subject, sizes, rounds, without, latency, results, help } = values;
  const unknown = without.find((name) => !NAMES.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--without is one of ${NAMES.join(", ")}, not '${unknown}'`);
  const names = NAMES.filter((name) => !without.includes(name));
  const subjects = subjectsIn(subject).filter((one) => names.some((name) => takesPart(one, name)));
  if (subjects.length === 0) throw new Error("--without leaves nobody to measure");
  return {
    subjects,
    sizes: sizes === undefined ? sizes : [...new Set(sizes.split(",").map((size) => whole("--sizes", size, 1)))],
    rounds: whole("--rounds", rounds, 1),
    names,
    latency: latency === undefined ? latency : whole("--latency", latency, 0),
    // npm runs scripts in the project's folder, and says in which one it was called.
    results: results === undefined ? RESULTS : resolve(process.env["INIT_CWD"] ?? "", results),
    help,
  };
}

function subjectsIn(wanted: string | undefined): readonly Subject[] {
  const named = SUBJECT_NAMES.filter((name) => wanted === undefined || name === wanted);
  if (named.length === 0) throw new Error(`--subject is one of ${SUBJECT_NAMES.join(", ")}, not '${wanted}'`);
  return named.map((name) => SUBJECTS[name]);
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isInteger(number) || number < least)
    throw new Error(`${name} has whole numbers from ${least}, not '${text}'`);
  return number;
}
