import type { PulumiName } from "./contender.ts";
import type { Figures } from "./figures.ts";
import { each, type Goal, times, timesOfOne, timesOurOwn, verdict } from "./goal.ts";
import { PHASES, type Phase } from "./phases.ts";
import type { SubjectName } from "./subject.ts";

const MANY = 100;

/** The phases that a contender without a destroy of its own has too. */
const EDITING: readonly Phase[] = ["preview", "up", "preview again"];
const LOOKING: readonly Phase[] = ["preview", "preview again"];

const below = (limit: number) => (value: number) => value < limit;
const most = (limit: number) => (value: number) => value <= limit;
const least = (limit: number) => (value: number) => value >= limit;

const GOALS: readonly Goal[] = [
  {
    words: `a preview of ${MANY} token roles takes less than 1.3 times the floor's`,
    subject: "tokens",
    phases: LOOKING,
    sizes: (size) => size === MANY,
    value: times("ours", "floor"),
    holds: below(1.3),
  },
  fasterThanTofu(`from ${MANY} token roles on`, "tokens", "ours"),
  fasterThanTofu(`from ${MANY} backup jobs on, each a resource`, "backups", "ours"),
  fasterThanTofu(`from ${MANY} backup jobs on, all in one resource`, "backups", "bundle"),
  {
    words: `a preview of ${MANY} hosts takes at most twice the time of one`,
    subject: "hosts",
    phases: LOOKING,
    sizes: (size) => size === MANY,
    value: timesOfOne("ours"),
    holds: most(2),
  },
  ofEachHost("one connection", PHASES, "connections", 1),
  ofEachHost("one program to read it", LOOKING, "requests", 1),
  ofEachHost("at most two more to apply", ["up", "destroy"], "requests", 3),
  {
    words: "ours edits at least five times as fast as Ansible",
    subject: "edits",
    phases: EDITING,
    sizes: () => true,
    value: times("ansible", "ours"),
    holds: least(5),
  },
  {
    words: "our own time, beyond the floor's, is at most a fifteenth of Ansible's",
    subject: "edits",
    phases: EDITING,
    sizes: () => true,
    value: timesOurOwn("ansible"),
    holds: least(15),
  },
];

function fasterThanTofu(where: string, subject: SubjectName, of: PulumiName): Goal {
  return {
    words: `${where}, preview and up are faster than OpenTofu with bpg's provider`,
    subject,
    phases: EDITING,
    sizes: (size) => size >= MANY,
    value: times(of, "tofu"),
    holds: below(1),
  };
}

function ofEachHost(what: string, phases: Goal["phases"], counted: "requests" | "connections", limit: number): Goal {
  return {
    words: `each host has ${what}`,
    subject: "hosts",
    phases,
    sizes: () => true,
    value: each(counted),
    holds: most(limit),
  };
}

/** A line for each goal: reached, not reached and where, or not measured. */
export const verdicts = (all: readonly Figures[]): string[] =>
  GOALS.map((goal) => `${goal.words}: ${verdict(goal, all)}`);
