import { setTimeout as sleep } from "node:timers/promises";
import { Trouble, wordsOf } from "../core/trouble.ts";
import type { PveApi } from "../pve/api.ts";
import { finished } from "../pve/task.ts";
import { writtenJob } from "./job.ts";
import type { Guest } from "./selection.ts";
import { lyingOn } from "./shelf.ts";
import type { RunNow } from "./step.ts";
import { guestWords } from "./words.ts";

/** Milliseconds between two looks at a task of an earlier try. */
const PAUSE = 1000;

/** Has every node back up its guests of a job, and believes no answer: a backup has to be there for each. */
export async function runNow(api: PveApi, { guests, ...run }: RunNow): Promise<void> {
  const nodes = [...new Set(guests.map(({ node }) => node))].toSorted();
  const ends = await Promise.allSettled(
    nodes.map((node) => runOn(api, { ...run, node, guests: guests.filter((guest) => guest.node === node) })),
  );
  const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (failures.length === 0) return;
  if (failures.length === 1) throw failures[0];
  throw new Trouble({
    doing: `running the job ${run.id}`,
    came: `it failed on ${failures.length} of ${nodes.length} nodes`,
    next: "What is said of each is below; pulumi up tries those again",
    details: failures.map((failure) => `  ${wordsOf(failure).replaceAll("\n", "\n  ")}`).join("\n"),
  });
}

type OnNode = Pick<RunNow, "id" | "job" | "isServer" | "begun" | "guests"> & { readonly node: string };

async function runOn(api: PveApi, work: OnNode): Promise<void> {
  const { node, begun } = work;
  const since = begun?.get(node);
  if (since !== undefined) {
    await endOfEarlier(api, node, since);
    const left = await lacking(api, work, ({ ctime }) => ctime >= since);
    return left.length === 0 ? undefined : run(api, { ...work, guests: left }, left.length < work.guests.length);
  }
  return run(api, work, false);
}

/** `isRest` is a part of the job's guests: PVE is told of just those. */
async function run(api: PveApi, work: OnNode, isRest: boolean): Promise<void> {
  const { id, job, node, guests } = work;
  const before = new Set((await listed(api, work)).map(({ volid }) => volid));
  const { schedule: _s, enabled: _e, comment: _c, "repeat-missed": _r, node: _n, ...all } = writtenJob(job);
  const { all: _a, pool: _p, exclude: _x, vmid: _v, ...rest } = all;
  const takes = isRest ? { ...rest, vmid: guests.map(({ vmid }) => vmid).join() } : all;
  const doing = `running the job ${id} on ${node}`;
  const upid = await api.call("POST /nodes/{node}/vzdump", { node, ...takes });
  if (upid !== "OK") await finished(api, upid, doing);
  const left = await lacking(api, work, ({ volid }) => !before.has(volid));
  if (left.length === 0) return;
  throw new Trouble({
    doing,
    came: `the task ended well, and there is no new backup of ${left.map(guestWords).join(", ")} on ${job.storage}`,
    next: "PVE passes over guests for which who asks has no VM.Backup: grant it, or leave them out of the job",
  });
}

/** A run that was interrupted goes on without us: what it makes need not be made again. */
async function endOfEarlier(api: PveApi, node: string, since: number): Promise<void> {
  for (;;) {
    const tasks = await api.call("GET /nodes/{node}/tasks", { node, typefilter: "vzdump", source: "active" });
    if (!tasks.some(({ starttime, endtime }) => starttime >= since && endtime === undefined)) return;
    await sleep(PAUSE);
  }
}

const listed = (api: PveApi, { node, job, isServer, guests }: OnNode) =>
  lyingOn(api, { node, storage: job.storage, isServer }, guests);

/** The guests that have no backup there which is new. */
async function lacking(
  api: PveApi,
  work: OnNode,
  isNew: (one: { readonly volid: string; readonly ctime: number }) => boolean,
): Promise<readonly Guest[]> {
  const fresh = (await listed(api, work)).filter(isNew);
  const isThere = ({ vmid, type }: Guest) => fresh.some((one) => one.vmid === vmid && one.type === type);
  return work.guests.filter((guest) => !isThere(guest));
}
