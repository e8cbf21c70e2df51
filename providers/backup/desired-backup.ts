import type { Claimant, Desired, Effect } from "../core/kind.ts";
import { type Facts, ranWord } from "./backup-facts.ts";
import { findings } from "./backup-findings.ts";
import { awaited, refusals } from "./backup-refusals.ts";
import type { Args } from "./backup-retention.args.ts";
import type { JobObject } from "./job.ts";
import { retentionAt } from "./plan.ts";
import { KEEP_ALL, retentionFor, retentionOf, retentionWords } from "./retention.ts";
import { guestsOf } from "./selection.ts";
import { jobIn, jobPath, retentionPath, storageIn } from "./standing-backup.ts";

type Known = readonly (readonly [string, JobObject])[];

export function desired(who: Claimant, args: Args, facts: Facts): Desired {
  const ran = ranWord(args);
  const ours = args.jobs.flatMap(({ id }) => {
    const job = facts.plan.jobs.get(id);
    return job ? [[id, job] as const] : [];
  });
  const jobs = ours.map(([id, job]) => [jobPath(id), { ...job, ...(ran === undefined ? {} : { ran }) }] as const);
  const storages = (args.storages ?? []).map(
    ({ storage, keep }) => [retentionPath(storage), retentionFor(keep)] as const,
  );
  return {
    standing: { files: {}, objects: Object.fromEntries([...jobs, ...storages]) },
    effects: [...protections(gone(facts), args, facts), ...returns(facts.leaving, facts), ...runs(ours, facts)],
    onDelete: [
      ...protections(ours, args, facts),
      ...returns(
        (args.storages ?? []).map(({ storage }) => retentionPath(storage)),
        facts,
      ),
    ],
    findings: () => findings(args, facts),
    refusals: refusals(who, args, facts),
    awaited: awaited(args, facts),
  };
}

/** Ours that are declared no more. */
const gone = ({ leaving, jobs }: Facts): Known =>
  leaving.flatMap((path) => {
    const id = jobIn(path);
    const there = id === undefined ? undefined : jobs.get(id);
    return id === undefined || !there ? [] : [[id, there.object] as const];
  });

function protections(jobs: Known, { onDestroy }: Args, { guests }: Facts): Effect[] {
  if (onDestroy === "keep") return [];
  return jobs.map(([id, job]) => ({
    kind: "protect",
    target: jobPath(id),
    detail: `marks the backups of ${numbers(job, guests)} on ${job.storage} as protected`,
  }));
}

/** A storage that is to keep what it kept before us may keep less than now. */
const returns = (paths: readonly string[], { before, storages }: Facts): Effect[] =>
  paths.flatMap((path) => {
    const storage = storageIn(path);
    if (storage === undefined) return [];
    const was = before[path] ?? storages.get(storage)?.kept;
    if (typeof was !== "string" || was === "" || retentionOf(was)["keep-all"]) return [];
    return [{ kind: "prune", target: storage, detail: `it keeps again ${retentionWords(retentionOf(was))}` }];
  });

function runs(jobs: Known, { due, guests, plan }: Facts): Effect[] {
  return jobs
    .filter(([id]) => due.has(id))
    .flatMap(([id, job]): Effect[] => {
      const retention = retentionAt(job, plan) ?? KEEP_ALL;
      const prunes = job.remove !== false && !retention["keep-all"];
      return [
        { kind: "task", target: jobPath(id), detail: `backs up ${numbers(job, guests)} to ${job.storage} now` },
        ...(job.mode === "stop"
          ? [{ kind: "shutdown" as const, target: jobPath(id), detail: `shuts down ${numbers(job, guests)} for it` }]
          : []),
        ...(prunes
          ? [{ kind: "prune" as const, target: job.storage, detail: `of those, keeps ${retentionWords(retention)}` }]
          : []),
      ];
    });
}

const numbers = (job: JobObject, guests: Facts["guests"]): string =>
  guestsOf(job, guests)
    .map(({ vmid }) => vmid)
    .toSorted((a, b) => a - b)
    .join(", ") || "nobody";
