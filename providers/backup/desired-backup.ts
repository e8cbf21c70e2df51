import type { Claimant, Desired, Effect } from "../core/kind.ts";
import { type Facts, jobIn, jobPath, retentionPath } from "./backup-facts.ts";
import { findings } from "./backup-findings.ts";
import { awaited, refusals } from "./backup-refusals.ts";
import type { Args } from "./backup-retention.args.ts";
import { JobObject } from "./job.ts";
import { retentionAt } from "./pruning.ts";
import { retentionFor, retentionWords } from "./retention.ts";
import { guestsOf } from "./selection.ts";

export function desired(_who: Claimant, args: Args, facts: Facts): Desired {
  const ran = ranWord(args);
  const ours = args.jobs.flatMap(({ id }) => {
    const job = facts.planned.get(id);
    return job ? [[id, job] as const] : [];
  });
  const jobs = ours.map(([id, job]) => [jobPath(id), { ...job, ...(ran === undefined ? {} : { ran }) }] as const);
  const storages = (args.storages ?? []).map(
    ({ storage, keep }) => [retentionPath(storage), retentionFor(keep)] as const,
  );
  return {
    standing: { files: {}, objects: Object.fromEntries([...jobs, ...storages]) },
    effects: [...protections(gone(args, facts), args, facts), ...runs(ours, args, facts)],
    onDelete: protections(ours, args, facts),
    findings: findings(args, facts),
    refusals: refusals(args, facts),
    awaited: awaited(args, facts),
  };
}

/** What stands in a job's note once it was run for this `now`. */
export const ranWord = ({ now }: Pick<Args, "now">): string | undefined =>
  now === false ? undefined : now === true ? "once" : now;

/** Ours that are declared no more. */
const gone = ({ jobs }: Args, { standing }: Facts): (readonly [string, JobObject])[] => {
  const declared = new Set(jobs.map(({ id }) => id));
  return Object.entries(standing.objects).flatMap(([path, object]) => {
    const id = jobIn(path);
    return id === undefined || declared.has(id) ? [] : [[id, JobObject.parse(object)] as const];
  });
};

function protections(
  jobs: readonly (readonly [string, JobObject])[],
  { onDestroy }: Args,
  { guests }: Facts,
): Effect[] {
  if (onDestroy === "keep") return [];
  return jobs.map(([id, job]) => ({
    kind: "protect",
    target: jobPath(id),
    detail: `marks the backups of ${numbers(job, guests)} on ${job.storage} as protected`,
  }));
}

function runs(
  jobs: readonly (readonly [string, JobObject])[],
  args: Args,
  { jobs: there, guests, storages }: Facts,
): Effect[] {
  const ran = ranWord(args);
  if (ran === undefined) return [];
  return jobs
    .filter(([id]) => there.get(id)?.record?.ran !== ran)
    .flatMap(([id, job]): Effect[] => {
      const retention = retentionAt(job, args, storages) ?? { "keep-all": true };
      const prunes = job.remove !== false && !retention["keep-all"];
      return [
        { kind: "task", target: jobPath(id), detail: `backs up ${numbers(job, guests)} to ${job.storage} now` },
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
