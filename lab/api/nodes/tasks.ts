import type { Task } from "../../tasks/tasks.ts";
import { isUpid } from "../../tasks/upid.ts";
import { badParameters } from "../api-error.ts";
import { type Call, type Handler, may, must, Page } from "../call.ts";

/** Who it is of, the way a task is told of: a token is a user with a name. */
function owner({ holder }: Task): { user: string; tokenid?: string } {
  const [user = "", tokenid] = holder.split("!");
  return tokenid === undefined ? { user } : { user, tokenid };
}

const about = (task: Task) => {
  const { upid, node, pid, pstart, starttime, type, id } = task;
  return { upid, node, pid, pstart, starttime, type, id, ...owner(task) };
};

const ended = ({ end }: Task) => (end ? { endtime: end.time, status: end.status } : {});

/** A token sees its own tasks, a user also those of the tokens. */
const isOwn = ({ holder }: Task, asker: string | undefined): boolean =>
  asker !== undefined && (holder === asker || holder.split("!")[0] === asker);

/** The kind of end that a filter asks for. */
function endOf({ end }: Task): string {
  if (!end) return "unknown";
  if (end.status === "OK") return "ok";
  return /^WARNINGS: \d+$/.test(end.status) ? "warning" : end.status === "unexpected status" ? "unknown" : "error";
}

const list: Handler = (call) => {
  const { cluster, node, params, holder } = call;
  const seesAll = may(call, `/nodes/${node.name}`, "Sys.Audit");
  const source = params.maybe("source") ?? "archive";
  const [user, type, vmid] = [params.maybe("userfilter"), params.maybe("typefilter"), params.maybe("vmid")];
  const [since, until] = [params.integer("since"), params.integer("until")];
  const ends = params.flag("errors")
    ? ["warning", "error", "unknown"]
    : params
        .maybe("statusfilter")
        ?.toLowerCase()
        .split(/[,;\s]+/);
  const shown = cluster.tasks.all
    .toReversed()
    .filter((task) => task.node === node.name && (seesAll || isOwn(task, holder)))
    .filter(({ end }) => source === "all" || (source === "active") === (end === undefined))
    .filter((task) => user === undefined || owner(task).user.toLowerCase().includes(user.toLowerCase()))
    .filter((task) => (type === undefined || task.type === type) && (vmid === undefined || task.id === vmid))
    .filter(({ starttime }) => (since ?? 0) <= starttime && starttime <= (until ?? Number.POSITIVE_INFINITY))
    .filter((task) => ends === undefined || ends.includes(endOf(task)));
  const start = params.integer("start") ?? 0;
  const page = shown.slice(start, start + (params.integer("limit") ?? 50));
  return new Page(
    page.map((task) => ({ ...about(task), ...(task.end ? ended(task) : { status: "RUNNING" }) })),
    shown.length,
  );
};

/** The newest of every node, what runs first. */
const recent: Handler = (call) => {
  const seesAll = may(call, "/", "Sys.Audit");
  return call.cluster.tasks.all
    .filter((task) => seesAll || owner(task).user === call.holder)
    .toReversed()
    .toSorted((a, b) => Number(a.end !== undefined) - Number(b.end !== undefined))
    .slice(0, 25 * call.cluster.nodes.length)
    .map((task) => {
      const { pid, pstart, ...told } = about(task);
      return { ...told, ...(task.end ? {} : { pid }), saved: task.end ? "1" : "0", ...ended(task) };
    });
};

/** The task that a call names, if who asks may see it. */
function taskOf(call: Call, privilege: string): Task | undefined {
  const upid = call.params.text("upid");
  if (!isUpid(upid)) throw badParameters({ upid: "unable to parse worker upid" });
  const task = call.cluster.tasks.find(upid);
  const path = `/nodes/${call.node.name}`;
  if (task ? !isOwn(task, call.holder) : call.holder !== upid.split(":")[7]) must(call, path, privilege);
  return task?.node === call.node.name ? task : undefined;
}

const noSuchTask = () => badParameters({ upid: "no such task" });

const status: Handler = (call) => {
  const task = taskOf(call, "Sys.Audit");
  if (!task) throw noSuchTask();
  const end = task.end ? { status: "stopped", exitstatus: task.end.status } : { status: "running" };
  return { ...about(task), ...end };
};

const log: Handler = (call) => {
  const { params } = call;
  const task = taskOf(call, "Sys.Audit");
  if (!task) return new Page([{ n: 1, t: "unable to open file - No such file or directory" }], 1);
  const start = params.integer("start") ?? 0;
  const limit = params.integer("limit") ?? 50;
  const lines = task.log.map((t, n) => ({ n: n + 1, t }));
  const shown = lines.slice(start, limit === 0 ? undefined : start + limit);
  return new Page(lines.length === 0 ? [{ n: 1, t: "no content" }] : shown, Math.max(lines.length, 1));
};

const stop: Handler = (call) => {
  const task = taskOf(call, "Sys.Modify");
  if (!task) throw noSuchTask();
  call.cluster.tasks.stop(task.upid);
  return null;
};

export const tasks: Readonly<Record<string, Handler>> = {
  "GET /cluster/tasks": recent,
  "GET /nodes/{node}/tasks": list,
  "DELETE /nodes/{node}/tasks/{upid}": stop,
  "GET /nodes/{node}/tasks/{upid}/log": log,
  "GET /nodes/{node}/tasks/{upid}/status": status,
};
