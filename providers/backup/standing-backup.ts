import { z } from "zod";
import { type Claimant, NOTHING, type Standing } from "../core/kind.ts";
import type { PveApi } from "../pve/api.ts";
import type { Returns } from "../pve/endpoints.ts";
import type { Args } from "./backup-retention.args.ts";
import { type JobObject, jobAsTold, jobObject } from "./job.ts";
import { commentIn, type JobRecord } from "./record.ts";
import { retentionOf } from "./retention.ts";

/** A job that is there. */
export interface KnownJob {
  readonly object: JobObject;
  /** Word for word, so that it can be put back. */
  readonly told: JobObject;
  readonly record: JobRecord | undefined;
}

interface Ours {
  readonly who: Claimant;
  readonly args: Args;
  /** What may be ours, whether a note of ours is there or not. */
  readonly paths: readonly string[];
}

export const jobPath = (id: string): string => `/cluster/backup/${id}`;
export const retentionPath = (storage: string): string => `/storage/${storage}?prune-backups`;

export const jobIn = (path: string): string | undefined => /^\/cluster\/backup\/([^/]+)$/.exec(path)?.[1];
export const storageIn = (path: string): string | undefined => /^\/storage\/([^/]+)\?prune-backups$/.exec(path)?.[1];

export const pathsIn = ({ jobs, storages = [] }: Args): string[] => [
  ...jobs.map(({ id }) => jobPath(id)),
  ...storages.map(({ storage }) => retentionPath(storage)),
];

export async function readStanding(api: PveApi, since: number, ours: Ours) {
  const [told, storages] = await Promise.all([
    api.read("GET /cluster/backup", {}, since),
    api.read("GET /storage", {}, since),
  ]);
  const jobs = knownJobs(told);
  return { jobs, storages, standing: standingOf(ours, jobs, storages), claimedBy: claimedBy(ours, jobs) };
}

const known = new WeakMap<Returns<"GET /cluster/backup">, ReadonlyMap<string, KnownJob>>();

/** Worked out once for all resources that go by one list. */
function knownJobs(told: Returns<"GET /cluster/backup">): ReadonlyMap<string, KnownJob> {
  const jobs =
    known.get(told) ??
    new Map(
      told.map((job) => {
        const { comment, record } = commentIn(job.comment, job.id);
        return [job.id, { object: jobObject(job, comment), told: jobAsTold(job, job.comment ?? ""), record }];
      }),
    );
  known.set(told, jobs);
  return jobs;
}

/** Jobs that are declared, were ours or have our note, and the retention of storages. */
function standingOf(
  { who, args, paths }: Ours,
  jobs: ReadonlyMap<string, KnownJob>,
  storages: Returns<"GET /storage">,
): Standing {
  const declared = new Set(paths);
  const ofJobs = [...jobs].flatMap(([id, { object, record }]) => {
    if (!declared.has(jobPath(id)) && record?.urn !== who.urn) return [];
    return [[jobPath(id), { ...object, ...ranFor(args, record) }] as const];
  });
  const ofStorages = storages.flatMap((storage) => {
    const { data: retention } = z.string().safeParse(storage["prune-backups"]);
    const path = retentionPath(storage.storage);
    return retention === undefined || !declared.has(path) ? [] : [[path, retentionOf(retention)] as const];
  });
  const objects = Object.fromEntries([...ofJobs, ...ofStorages]);
  return Object.keys(objects).length === 0 ? NOTHING : { files: {}, objects };
}

/** What it was run for matters as long as a run is declared. */
const ranFor = ({ now }: Args, record: JobRecord | undefined): { readonly ran?: string } =>
  now === false || record?.ran === undefined ? {} : { ran: record.ran };

function claimedBy({ who: { urn }, args }: Ours, jobs: ReadonlyMap<string, KnownJob>): string | undefined {
  const owners = args.jobs.flatMap(({ id }) => jobs.get(id)?.record?.urn ?? []);
  return owners.find((owner) => owner !== urn) ?? owners[0];
}
