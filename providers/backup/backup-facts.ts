import { z } from "zod";
import type { Claimant, CommonFacts, Last } from "../core/kind.ts";
import type { Run } from "../core/session.ts";
import type { PveApi } from "../pve/api.ts";
import { Refusal } from "../pve/refusal.ts";
import { apiOf } from "../pve/run-api.ts";
import type { Args } from "./backup-retention.args.ts";
import { type Before, beforeUs, heldIn } from "./before.ts";
import { type Cluster, clusterIn } from "./cluster.ts";
import { type DryRun, dryRun, type Untold } from "./dry-run.ts";
import type { JobObject } from "./job.ts";
import { leavingOf, type Plan, plan, retentionAt } from "./plan.ts";
import { prunings, whose } from "./pruning.ts";
import { KEEP_ALL, type Retention, retentionOf } from "./retention.ts";
import { guestsOf } from "./selection.ts";
import { type KnownJob, pathsIn, readStanding } from "./standing-backup.ts";

export interface Facts extends CommonFacts, Cluster {
  readonly jobs: ReadonlyMap<string, KnownJob>;
  readonly plan: Plan;
  /** What was there before us, as far as it is known. */
  readonly before: Before;
  /** The paths that are ours and declared no more. */
  readonly leaving: readonly string[];
  /** The paths that the state knows. */
  readonly known: ReadonlySet<string>;
  /** The jobs of ours that are to be run at once. */
  readonly due: ReadonlySet<string>;
  /** Seconds since 1970, by the clock of the cluster that is the farthest, and of each node. */
  readonly now: number;
  readonly clocks: ReadonlyMap<string, number>;
  /** The time zone of each node that has guests and answers. */
  readonly zones: ReadonlyMap<string, string>;
  /** What a node keeps where neither job nor storage says it. */
  readonly defaults: ReadonlyMap<string, Retention>;
  /** Whether a storage is there on a node, by `node/storage`, as far as it could be asked. */
  readonly active: ReadonlyMap<string, boolean>;
  readonly dryRuns: readonly DryRun[];
  readonly untold: readonly Untold[];
}

/** All that is to be known before anything is written; which guests, nodes and backups depends on what is declared. */
export async function readFacts(who: Claimant, args: Args, run: Run, last: Last | undefined): Promise<Facts> {
  const api = await apiOf(run);
  const held = heldIn(last?.kept);
  const paths = [...pathsIn(args), ...pathsOf(last)];
  const { jobs, storages, standing, claimedBy } = await readStanding(api, run.since, { who, args, paths });
  const cluster = clusterIn(await api.read("GET /cluster/resources", {}, run.since), storages);
  const before = beforeUs(who.urn, jobs, last?.kept);
  const leaving = leavingOf(args, standing.objects, before);
  const planned = plan(args, jobs, cluster, { leaving, before });
  const due = dueOf(who, args, jobs, held.ran);
  const nodes = await nodesOf(api, args, { ...cluster, plan: planned }, run.since);
  const asked = await Promise.all(
    prunings(planned, cluster, nodes, due).map((one) =>
      dryRun(api, one, cluster.storages.get(one.storage)?.type === "pbs", run.since),
    ),
  );
  const hidden = await unseen(api, planned);
  return {
    ...cluster,
    ...nodes,
    jobs,
    plan: planned,
    before,
    leaving,
    known: new Set(pathsOf(last)),
    due,
    now: Math.max(0, ...nodes.clocks.values()) || Math.floor(Date.now() / 1000),
    dryRuns: asked.filter((one) => "marks" in one),
    untold: [...asked.filter((one) => "why" in one), ...hidden],
    standing,
    claimedBy,
  };
}

/** Just what stands of ours: once it is removed, what was there before us stands there again and is none of it. */
export async function readBack(who: Claimant, args: Args, run: Run, last: Last | undefined): Promise<CommonFacts> {
  return readStanding(await apiOf(run), run.since, { who, args, paths: pathsOf(last) });
}

const pathsOf = (last: Last | undefined): string[] => [
  ...Object.keys(last?.standing.objects ?? {}),
  ...Object.keys(heldIn(last?.kept).before),
];

/** What stands in a job's note once it was run for this `now`. */
export const ranWord = ({ now }: Pick<Args, "now">): string | undefined =>
  now === false ? undefined : now === true ? "once" : now;

function dueOf(
  { urn }: Claimant,
  args: Args,
  jobs: ReadonlyMap<string, KnownJob>,
  ran: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  const word = ranWord(args);
  if (word === undefined) return new Set();
  const hasRun = (id: string) => {
    const record = jobs.get(id)?.record;
    return (record?.urn === urn ? record.ran : undefined) === word || ran[id] === word;
  };
  return new Set(args.jobs.map(({ id }) => id).filter((id) => !hasRun(id)));
}

/** What each node that has guests and answers says of itself. */
async function nodesOf(
  api: PveApi,
  args: Args,
  { nodes, guests, plan: planned }: Cluster & { readonly plan: Plan },
  since: number,
) {
  const isThere = (node: string) => nodes.get(node) !== false;
  const distinct = (some: readonly string[]) => [...new Set(some)].filter(isThere).toSorted();
  const ours = args.jobs.flatMap(({ id }) => planned.jobs.get(id) ?? []);
  const of = (jobs: readonly JobObject[]) =>
    distinct(jobs.flatMap((job) => guestsOf(job, guests).map(({ node }) => node)));
  const unsaid = ours.filter((job) => retentionAt(job, planned) === undefined);
  const [times, stands, defaults] = await Promise.all([
    Promise.all(distinct(guests.map(({ node }) => node)).map((node) => timeOf(api, node, since))),
    Promise.all(of(ours).map((node) => standsOf(api, node, since))),
    Promise.all(
      unsaid.flatMap((job) => of([job]).map((node) => defaultOf(api, { node, storage: job.storage }, since))),
    ),
  ]);
  return {
    zones: new Map(times.map(({ node, zone }) => [node, zone])),
    clocks: new Map(times.flatMap(({ node, now }) => (now === undefined ? [] : [[node, now]]))),
    active: new Map(stands.flat()),
    defaults: new Map(defaults.flat()),
  };
}

/** A node's zone and clock; UTC, and no clock, where we may not ask. */
async function timeOf(api: PveApi, node: string, since: number): Promise<{ node: string; zone: string; now?: number }> {
  try {
    const { timezone, time } = await api.read("GET /nodes/{node}/time", { node }, since);
    return { node, zone: isZone(timezone) ? timezone : "UTC", now: time };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { node, zone: "UTC" };
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

/** What a node's own defaults keep; nothing where we may not ask, or the storage is not there. */
async function defaultOf(
  api: PveApi,
  at: { readonly node: string; readonly storage: string },
  since: number,
): Promise<(readonly [string, Retention])[]> {
  try {
    const { "prune-backups": said } = await api.read("GET /nodes/{node}/vzdump/defaults", at, since);
    const retention = said === undefined ? KEEP_ALL : retentionOf(said);
    return retention["keep-all"] ? [] : [[at.node, retention]];
  } catch (thrown) {
    if (thrown instanceof Refusal) return [];
    throw thrown;
  }
}

const Rights = z.record(z.string(), z.unknown());

/** A job of all, or of a pool, is run by PVE for everybody, whether we see them or not. */
async function unseen(api: PveApi, planned: Plan): Promise<Untold[]> {
  const wide = [...planned.jobs].filter(
    ([id, { all, pool }]) => planned.answered.has(id) && (all || pool !== undefined),
  );
  if (wide.length === 0) return [];
  const seesAt = async (path: string) => {
    const rights = await api.read("GET /access/permissions", { path });
    // 1 is a right that goes on below.
    return Number(Rights.parse(rights[path] ?? {})["VM.Audit"] ?? 0) === 1;
  };
  if (await seesAt("/vms")) return [];
  const looked = await Promise.all(
    wide.map(async ([job, object]) => {
      const { pool, storage } = object;
      const keeps = retentionAt(object, planned);
      if (!keeps || keeps["keep-all"] || (pool !== undefined && (await seesAt(`/pool/${pool}`)))) return [];
      const where = pool === undefined ? "/vms" : `/vms or /pool/${pool}`;
      const why = `there may be guests that we do not see: that takes VM.Audit on ${where}`;
      return [{ job, by: whose(job, object), storage, why }];
    }),
  );
  return looked.flat();
}
