import type { Args } from "./backup-retention.args.ts";
import type { Before } from "./before.ts";
import type { Cluster } from "./cluster.ts";
import { declaredJob, type JobObject } from "./job.ts";
import { type Retention, retentionFor, retentionOf } from "./retention.ts";
import { selectionOf } from "./selection.ts";
import { jobIn, jobPath, type KnownJob, pathsIn, storageIn } from "./standing-backup.ts";

/** All jobs and retentions as they will be: ours as declared, what we let go of as it was before, others' as they are. */
export interface Plan {
  readonly jobs: ReadonlyMap<string, JobObject>;
  /** What a storage keeps where a job does not say it. */
  readonly retentions: ReadonlyMap<string, Retention>;
  /** Ours, and those that are put back; whoever declares this answers for what they remove. */
  readonly answered: ReadonlySet<string>;
  /** The storages whose retention is ours, or is put back. */
  readonly retained: ReadonlySet<string>;
}

/** `leaving` are the paths that are ours and declared no more. Pure. */
export function plan(
  args: Args,
  jobs: ReadonlyMap<string, KnownJob>,
  { guests, storages }: Pick<Cluster, "guests" | "storages">,
  { leaving, before }: { readonly leaving: readonly string[]; readonly before: Before },
): Plan {
  const declared = args.jobs.map((job) => [job.id, declaredJob(job, selectionOf(job, guests))] as const);
  const back = leaving.flatMap((path) => {
    const id = jobIn(path);
    const there = id === undefined ? undefined : jobs.get(id);
    const was = before[path];
    if (id === undefined || !there) return [];
    if (typeof was === "object" && was !== null) return [[id, was] as const];
    // The state that knew what it was is lost: it stays as it is.
    return there.record?.was ? [[id, there.object] as const] : [];
  });
  const gone = new Set(leaving);
  const others = [...jobs].filter(([id]) => !gone.has(jobPath(id))).map(([id, { object }]) => [id, object] as const);
  const kept = [...storages.values()].flatMap(({ id, retention }) => (retention ? [[id, retention] as const] : []));
  const returning = leaving.flatMap((path) => {
    const storage = storageIn(path);
    const was = before[path];
    return storage === undefined || typeof was !== "string" ? [] : [[storage, was] as const];
  });
  const retentions = new Map(kept);
  for (const [storage, was] of returning)
    if (was === "") retentions.delete(storage);
    else retentions.set(storage, retentionOf(was));
  for (const { storage, keep } of args.storages ?? []) retentions.set(storage, retentionFor(keep));
  return {
    jobs: new Map([...others, ...back, ...declared]),
    retentions,
    answered: new Set([...declared, ...back].map(([id]) => id)),
    retained: new Set([...returning.map(([id]) => id), ...(args.storages ?? []).map(({ storage }) => storage)]),
  };
}

/** The paths that are ours and declared no more. */
export const leavingOf = (args: Args, standing: Readonly<Record<string, unknown>>, before: Before): string[] => {
  const declared = new Set(pathsIn(args));
  return [...new Set([...Object.keys(standing), ...Object.keys(before)])].filter((path) => !declared.has(path));
};

/** What a job's backups fall to; none where nobody says it. */
export const retentionAt = (job: JobObject, { retentions }: Pick<Plan, "retentions">): Retention | undefined =>
  job["prune-backups"] ?? retentions.get(job.storage);
