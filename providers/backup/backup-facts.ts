import { z } from "zod";
import { type Claimant, type CommonFacts, type Last, NOTHING, type Standing } from "../core/kind.ts";
import type { Run } from "../core/session.ts";
import { wordsOf } from "../core/trouble.ts";
import type { PveApi } from "../pve/api.ts";
import type { Returns } from "../pve/endpoints.ts";
import { Refusal } from "../pve/refusal.ts";
import { apiOf } from "../pve/run-api.ts";
import type { Args } from "./backup-retention.args.ts";
import { type Cluster, clusterIn } from "./cluster.ts";
import { declaredJob, type JobObject, jobAsTold, jobObject } from "./job.ts";
import type { Mark } from "./prune.ts";
import { type Pruning, prunings } from "./pruning.ts";
import { commentIn, type JobRecord } from "./record.ts";
import { retentionOf, retentionText } from "./retention.ts";
import { guestsOf, selectionOf } from "./selection.ts";
import { type Stored, storedIn } from "./shelf.ts";

/** A job that is there. */
export interface KnownJob {
  readonly object: JobObject;
  /** Word for word, so that it can be put back. */
  readonly told: JobObject;
  readonly record: JobRecord | undefined;
}

/** What a retention would do to what is there, by the cluster's own word. */
export interface DryRun {
  readonly pruning: Pruning;
  readonly stored: readonly Stored[];
  readonly marks: ReadonlyMap<string, Mark>;
}

/** A retention of which nobody told what it would do, and why. */
export interface Untold {
  readonly pruning: Pruning;
  readonly why: string;
}

export interface Facts extends CommonFacts, Cluster {
  readonly jobs: ReadonlyMap<string, KnownJob>;
  /** The jobs as they will be: ours as declared, others' as they are. */
  readonly planned: ReadonlyMap<string, JobObject>;
  /** Seconds since 1970, by the cluster's clock. */
  readonly now: number;
  /** The time zone of each node that a job touches. */
  readonly zones: ReadonlyMap<string, string>;
  /** Whether a storage is there on a node, by `node/storage`, as far as it could be asked. */
  readonly active: ReadonlyMap<string, boolean>;
  readonly dryRuns: readonly DryRun[];
  readonly untold: readonly Untold[];
}

/** All that is to be known before anything is written; which guests, nodes and backups depends on what is declared. */
export async function readFacts(who: Claimant, args: Args, run: Run, last: Last | undefined): Promise<Facts> {
  const api = await apiOf(run);
  const paths = [...pathsIn(args), ...pathsOf(last)];
  const { jobs, storages, standing, claimedBy } = await readStanding(api, run.since, { who, args, paths });
  const cluster = clusterIn(await api.read("GET /cluster/resources", {}, run.since), storages);
  const planned = plannedJobs(args, jobs, cluster, last);
  const touched = [...new Set(args.jobs.flatMap(({ id }) => nodesOf(planned.get(id), cluster)))];
  const online = touched.filter((node) => cluster.nodes.get(node) !== false);
  const [times, stands] = await Promise.all([
    Promise.all(online.map((node) => timeOf(api, node, run.since))),
    Promise.all(online.map((node) => standsOf(api, node, run.since))),
  ]);
  const zones = new Map(times.map(({ node, zone }) => [node, zone]));
  const asked = await Promise.all(prunings(args, planned, cluster, zones).map((one) => dryRun(api, one, run.since)));
  return {
    ...cluster,
    jobs,
    planned,
    now: Math.max(0, ...times.map(({ now }) => now)) || Math.floor(Date.now() / 1000),
    zones,
    active: new Map(stands.flat()),
    dryRuns: asked.filter((one) => "marks" in one),
    untold: asked.filter((one) => "why" in one),
    standing,
    claimedBy,
  };
}

/** Just what stands of ours: once it is removed, what was there before us stands there again and is none of it. */
export async function readBack(who: Claimant, args: Args, run: Run, last: Last | undefined): Promise<CommonFacts> {
  return readStanding(await apiOf(run), run.since, { who, args, paths: pathsOf(last) });
}

interface Ours {
  readonly who: Claimant;
  readonly args: Args;
  /** What may be ours, whether a note of ours is there or not. */
  readonly paths: readonly string[];
}

const pathsIn = ({ jobs, storages = [] }: Args): string[] => [
  ...jobs.map(({ id }) => jobPath(id)),
  ...storages.map(({ storage }) => retentionPath(storage)),
];
const pathsOf = (last: Last | undefined): string[] => Object.keys(last?.standing.objects ?? {});

async function readStanding(api: PveApi, since: number, ours: Ours) {
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
        const { comment, record } = commentIn(job.comment);
        return [job.id, { object: jobObject(job, comment), told: jobAsTold(job, job.comment ?? ""), record }];
      }),
    );
  known.set(told, jobs);
  return jobs;
}

export const jobPath = (id: string): string => `/cluster/backup/${id}`;
export const retentionPath = (storage: string): string => `/storage/${storage}?prune-backups`;

export const jobIn = (path: string): string | undefined => /^\/cluster\/backup\/([^/]+)$/.exec(path)?.[1];
export const storageIn = (path: string): string | undefined => /^\/storage\/([^/]+)\?prune-backups$/.exec(path)?.[1];

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

function plannedJobs(
  args: Args,
  jobs: ReadonlyMap<string, KnownJob>,
  { guests }: Cluster,
  last: Last | undefined,
): ReadonlyMap<string, JobObject> {
  const gone = new Set(Object.keys(last?.standing.objects ?? {}));
  const others = [...jobs].filter(([id]) => !gone.has(jobPath(id)));
  return new Map([
    ...others.map(([id, { object }]) => [id, object] as const),
    ...args.jobs.map((job) => [job.id, declaredJob(job, selectionOf(job, guests))] as const),
  ]);
}

const nodesOf = (job: JobObject | undefined, { guests }: Cluster): string[] =>
  job ? [...new Set(guestsOf(job, guests).map(({ node }) => node))] : [];

/** A node's zone and clock; UTC, and no clock, where we may not ask. */
async function timeOf(api: PveApi, node: string, since: number): Promise<{ node: string; zone: string; now: number }> {
  try {
    const { timezone, time } = await api.read("GET /nodes/{node}/time", { node }, since);
    return { node, zone: isZone(timezone) ? timezone : "UTC", now: time };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { node, zone: "UTC", now: 0 };
    throw thrown;
  }
}

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

async function standsOf(api: PveApi, node: string, since: number): Promise<(readonly [string, boolean])[]> {
  try {
    const told = await api.read("GET /nodes/{node}/storage", { node, content: "backup" }, since);
    return told.map(({ storage, active, enabled }) => [`${node}/${storage}`, active !== false && enabled !== false]);
  } catch (thrown) {
    if (thrown instanceof Refusal) return [];
    throw thrown;
  }
}

/** Asks the cluster itself what a retention would remove of what is there. */
async function dryRun(api: PveApi, pruning: Pruning, since: number): Promise<DryRun | Untold> {
  const { node, storage, retention } = pruning;
  if (node === undefined)
    return { pruning, why: `${pruning.guests.map((guest) => guest.node).join(", ")} does not answer` };
  try {
    const [content, told] = await Promise.all([
      api.read("GET /nodes/{node}/storage/{storage}/content", { node, storage, content: "backup" }, since),
      api.read(
        "GET /nodes/{node}/storage/{storage}/prunebackups",
        { node, storage, "prune-backups": retentionText(retention) },
        since,
      ),
    ]);
    const vmids = new Set(pruning.guests.map(({ vmid }) => vmid));
    const types = new Set(pruning.guests.map(({ vmid, type }) => `${type}/${vmid}`));
    // Beside the guest's own there may be those of one that had its number before: a job does not touch them.
    const isOf = (type: string, vmid: number | undefined) =>
      vmid !== undefined && vmids.has(vmid) && (types.has(`${type}/${vmid}`) || type === "unknown");
    return {
      pruning,
      stored: storedIn(content).filter(({ type, vmid }) => isOf(type, vmid)),
      marks: new Map(
        told.filter(({ type, vmid }) => isOf(type, vmid)).map(({ volid, mark }) => [volid, Marked.parse(mark)]),
      ),
    };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { pruning, why: wordsOf(thrown) };
    throw thrown;
  }
}

const Marked = z.enum(["keep", "remove", "protected", "renamed"]);
