import { droppedKeys, mustBeDroppable } from "../../backup/dropped-keys.ts";
import { isSet, type Job, valueIn } from "../../backup/job.ts";
import { mustMayChange, mustMayName, mustMaySay, mustMayUsePool, mustMayUseStorage } from "../../backup/job-rights.ts";
import { mustBeOneLine, settle, settleSchedule, settleSelection } from "../../backup/job-rules.ts";
import { jobIn, jobTold } from "../../backup/job-values.ts";
import { asRead } from "../../backup/jobs-file.ts";
import { isSchedule, nextDue } from "../../backup/schedule.ts";
import type { Cluster } from "../../cluster.ts";
import { badParameters, died } from "../api-error.ts";
import type { Call, Handler } from "../call.ts";
import { underLock } from "../or-fails.ts";

const list: Handler = ({ cluster, node }) =>
  [...cluster.jobs].map(([id, job]) => {
    const [next] = nextDue(valueIn(job, "schedule") ?? "", cluster.now(), node.timezone, 1);
    return { ...told(node, id, job), ...(next === undefined ? {} : { "next-run": next }) };
  });

const told = ({ release }: Call["node"], id: string, job: Job) => ({ ...jobTold(release, job), id, type: "vzdump" });

/** The job that a call names. */
export function jobOf({ cluster, params }: Call): Job {
  const id = params.text("id");
  const job = cluster.jobs.get(id);
  if (!job) throw badParameters({ id: `No such job '${id}'` });
  return job;
}

const read: Handler = (call) => told(call.node, call.params.text("id"), jobOf(call));

const create: Handler = (call) => {
  const { cluster, node, params } = call;
  const { release } = node;
  const job = jobIn(params, release);
  mustMaySay(call, job);
  mustMayUseStorage(call, job);
  mustMayUsePool(call, job);
  settleSchedule(job, true);
  if (!job.has("enabled")) job.set("enabled", ["1"]);
  const id = params.maybe("id") ?? cluster.chance.uuid();
  return underLock(() => {
    if (cluster.jobs.has(id)) throw died(`Job '${id}' already exists`);
    settle(job, { release, isWhole: true });
    mustBeOneLine(job);
    save(cluster, id, job);
  });
};

const update: Handler = (call) => {
  const { cluster, node, params } = call;
  const { release } = node;
  const id = params.text("id");
  const change = jobIn(params, release);
  const gone = droppedKeys(call, change);
  mustMaySay(call, change);
  mustMayName(call, gone);
  if (isSet(change, "storage") || gone.includes("storage")) mustMayUseStorage(call, change);
  mustMayUsePool(call, change);
  settleSchedule(change, false);
  return underLock(() => {
    if (change.size === 0 && gone.length === 0) throw died("no options specified");
    settle(change, { release, isWhole: false });
    mustBeOneLine(change);
    const before = cluster.jobs.get(id);
    if (!before) throw died("no such vzdump job");
    mustMayChange(call, before);
    mustBeDroppable(gone, release);
    const job = new Map(before);
    for (const key of gone) job.delete(key);
    for (const [key, texts] of change) job.set(key, texts);
    settleSelection(job, change);
    settle(job, { release, isWhole: true });
    save(cluster, id, job);
  });
};

const remove: Handler = (call) =>
  underLock(() => {
    jobOf(call);
    call.cluster.jobs.delete(call.params.text("id"));
  });

/** A job whose schedule is none (an older client's hour can be one) PVE writes, and passes over from then on. */
function save({ jobs }: Cluster, id: string, job: Job): void {
  const read = asRead(job);
  if (isSchedule(valueIn(read, "schedule") ?? "")) jobs.set(id, read);
  else jobs.delete(id);
}

export const backup: Readonly<Record<string, Handler>> = {
  "GET /cluster/backup": list,
  "POST /cluster/backup": create,
  "GET /cluster/backup/{id}": read,
  "PUT /cluster/backup/{id}": update,
  "DELETE /cluster/backup/{id}": remove,
};
