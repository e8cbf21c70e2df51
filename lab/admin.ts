import { createServer, type IncomingMessage, type Server } from "node:http";
import { z } from "zod";
import { type AdminTask, Refusal } from "./admin-task.ts";
import { expireTickets } from "./api/access/tickets.ts";
import { asText } from "./api/api-error.ts";
import { nodeOf } from "./cluster.ts";
import { BadReboot, CallFault, FailingTask, SshFault, WrongDryRun } from "./faults.ts";
import { hostTasks } from "./host/admin.ts";
import type { Lab } from "./lab.ts";
import { differences } from "./state.ts";

const ClockChange = z.union(
  [
    z.strictObject({ run: z.number().nonnegative() }),
    z.strictObject({ stop: z.literal(true) }),
    z.strictObject({ step: z.number().nonnegative() }),
  ],
  { error: "want {stop: true}, {run: SPEED} or {step: SECONDS}, one of them" },
);
const State = z.record(z.string(), z.string());
const Lock = z.strictObject({ lock: z.string().regex(/^[a-z-]+$/, "a lock is a word like migrate") });
const Nodes = z.strictObject({ nodes: z.array(z.string()).optional() });
const Certificate = z.strictObject({ by: z.enum(["same CA", "other CA"]).default("same CA") });

function node(lab: Lab, name: string) {
  const found = nodeOf(lab.cluster, name);
  if (!found) throw new Refusal(404, `the lab has no node '${name}'`);
  return found;
}

function guest({ cluster }: Lab, vmid: string) {
  const found = cluster.guests.get(Number(vmid));
  if (!found) throw new Refusal(404, `the lab has no guest '${vmid}'`);
  return found;
}

function storage({ cluster }: Lab, id: string) {
  const found = cluster.storages.get(id);
  if (!found) throw new Refusal(404, `the lab has no storage '${id}'`);
  return found;
}

/** The names of some nodes, which have to be there; all where none are named. */
function nodesIn(lab: Lab, body: unknown): readonly string[] {
  const { nodes } = Nodes.parse(body);
  return nodes?.map((name) => node(lab, name).name) ?? lab.cluster.nodes.map(({ name }) => name);
}

/** By verb and path; `*` stands for the name of a node or a storage, or the id of a guest. */
export const adminTasks: Readonly<Record<string, AdminTask>> = {
  "GET /state": {
    does: "the cluster's files and what runs, and every file of its hosts, by path",
    run: (lab) => lab.state(),
  },
  "POST /state/differences": {
    does: "what is different from the state that is sent, a line each",
    run: (lab, body) => differences(State.parse(body), lab.state()),
  },
  "GET /calls": {
    does: "how often each call came in, by verb and path, whatever became of it",
    run: ({ cluster: { calls } }) => Object.fromEntries(calls),
  },
  "DELETE /calls": {
    does: "counts from nothing again",
    run: ({ cluster: { calls } }) => {
      calls.clear();
      return null;
    },
  },
  "GET /visits": {
    does: "how often each node's host was connected to over SSH, and how many commands came: `connections`, `commands`",
    run: ({ cluster: { visits } }) => Object.fromEntries(visits),
  },
  "DELETE /visits": {
    does: "counts from nothing again",
    run: ({ cluster: { visits } }) => {
      visits.clear();
      return null;
    },
  },
  "POST /faults/calls": {
    does: "calls go wrong from now on",
    run: (lab, body) => {
      const fault = CallFault.parse(body);
      if (fault.node !== undefined) node(lab, fault.node);
      lab.cluster.faults.calls(fault);
      return null;
    },
  },
  "POST /faults/tasks": {
    does: "tasks that begin from now on go wrong",
    run: ({ cluster }, body) => {
      cluster.faults.tasks(FailingTask.parse(body));
      return null;
    },
  },
  "POST /faults/dry-runs": {
    does: "dry runs of a prune tell of more than the prune does, from now on",
    run: (lab, body) => {
      const fault = WrongDryRun.parse(body);
      if (fault.storage !== undefined) storage(lab, fault.storage);
      lab.cluster.faults.dryRuns(fault);
      return null;
    },
  },
  "POST /faults/ssh": {
    does: "SSH connections and what runs over them go wrong from now on",
    run: (lab, body) => {
      const fault = SshFault.parse(body);
      if (fault.node !== undefined) node(lab, fault.node);
      lab.cluster.faults.ssh(fault);
      return null;
    },
  },
  "POST /faults/reboots": {
    does: "the next reboots do not end well",
    run: (lab, body) => {
      const fault = BadReboot.parse(body);
      if (fault.node !== undefined) node(lab, fault.node);
      lab.cluster.faults.reboots(fault);
      return null;
    },
  },
  "GET /faults": {
    does: "what goes wrong, and how often something came by that it is for",
    run: ({ cluster }) => cluster.faults.told(),
  },
  "DELETE /faults": {
    does: "nothing goes wrong any more",
    run: ({ cluster }) => {
      cluster.faults.clear();
      return null;
    },
  },
  "GET /clock": {
    does: "the lab's time, in seconds since 1970, and how fast it runs",
    run: ({ cluster: { clock } }) => ({ now: clock.now(), speed: clock.speed }),
  },
  "POST /clock": {
    does: "`{stop: true}`, `{run: SPEED}` (1 as it is in life, 0 stopped), or `{step: SECONDS}`",
    run: ({ cluster: { clock } }, body) => {
      const change = ClockChange.parse(body);
      if ("step" in change) clock.step(change.step);
      else clock.run("run" in change ? change.run : 0);
      return { now: clock.now(), speed: clock.speed };
    },
  },
  "POST /tickets/expire": {
    does: "no ticket that was given out is good any more",
    run: ({ cluster }) => {
      expireTickets(cluster);
      return null;
    },
  },
  "POST /nodes/*/leave": {
    does: "the node is away, for clients and for the cluster",
    run: (lab, _, name) => {
      node(lab, name).leave();
      return null;
    },
  },
  "POST /nodes/*/come-back": {
    does: "the node is switched on, and there again if it starts: tells whether it is `online`, and what the `trouble` is",
    run: async (lab, _, name) => {
      node(lab, name).comeBack();
      await node(lab, name).started();
      return { online: node(lab, name).online, ...(lab.hasHosts ? { trouble: lab.hosts.of(name).trouble } : {}) };
    },
  },
  "POST /nodes/*/certificate": {
    does: 'the node shows another certificate, `{by: "same CA"}` (that is the default) or `{by: "other CA"}`',
    run: async (lab, body, name) => {
      await lab.changeCertificate(node(lab, name).name, Certificate.parse(body).by);
      return { fingerprint: node(lab, name).fingerprint };
    },
  },
  ...hostTasks,
  "POST /storages/*/leave": {
    does: "the storage cannot be reached, `{nodes: [NAME, …]}` from those alone",
    run: (lab, body, id) => {
      for (const name of nodesIn(lab, body)) storage(lab, id).offline.add(name);
      return null;
    },
  },
  "POST /storages/*/come-back": {
    does: "the storage can be reached again, `{nodes: [NAME, …]}` from those",
    run: (lab, body, id) => {
      for (const name of nodesIn(lab, body)) storage(lab, id).offline.delete(name);
      return null;
    },
  },
  "POST /guests/*/lock": {
    does: "the guest is locked, `{lock: WORD}`, as by what PVE does under that word",
    run: (lab, body, vmid) => {
      guest(lab, vmid).config.values.set("lock", Lock.parse(body).lock);
      return null;
    },
  },
  "POST /guests/*/unlock": {
    does: "the guest is locked no longer",
    run: (lab, _, vmid) => {
      guest(lab, vmid).config.values.delete("lock");
      return null;
    },
  },
};

/** The lab's own door, on loopback: not listening yet. */
export const adminServer = (lab: Lab): Server =>
  createServer((request, response) => {
    answer(lab, request).then(
      (data) => send(200, data ?? null),
      (thrown: unknown) => {
        const status = thrown instanceof Refusal ? thrown.status : thrown instanceof z.ZodError ? 400 : 500;
        const error = thrown instanceof z.ZodError ? z.prettifyError(thrown) : asText(thrown);
        send(status, { error });
      },
    );
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(`${JSON.stringify(body)}\n`);
    };
  });

async function answer(lab: Lab, request: IncomingMessage): Promise<unknown> {
  const { method, url = "/" } = request;
  const { pathname, searchParams } = new URL(url, "http://lab");
  const [, kind, name = "", what] = /^\/(nodes|storages|guests)\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  const task = adminTasks[`${method} ${kind === undefined ? pathname : `/${kind}/*/${what}`}`];
  if (!task) throw new Refusal(404, `${method} ${url} is none of: ${Object.keys(adminTasks).join(", ")}`);
  return task.run(lab, { ...Object.fromEntries(searchParams), ...(await bodyOf(request)) }, name);
}

async function bodyOf(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
}
