import { dropAcl } from "../../access/user-config.ts";
import { purgeFromJobs } from "../../backup/purge.ts";
import type { Cluster } from "../../cluster.ts";
import { calledOf, checkUnlocked, checkUnprotected, guestOf } from "../../guests/find.ts";
import type { Guest, GuestType } from "../../guests/guest.ts";
import { apply } from "../../guests/pending.ts";
import { isTemplate, statsOf } from "../../guests/stats.ts";
import { badParameters, died } from "../api-error.ts";
import { begin, type Handler, may } from "../call.ts";

/** How long it takes, in seconds of the lab's time. */
const STARTING = 2;
const STOPPING = 1;
const SHUTTING_DOWN = 5;

/** What a node tells of a guest of its own. */
function standing({ now }: Cluster, guest: Guest): Record<string, unknown> {
  const { vmid, type, config } = guest;
  const { maxcpu, name, status, uptime, cpu, maxmem, mem, maxdisk } = statsOf({ now }, guest);
  const tags = config.values.get("tags");
  const lock = config.values.get("lock");
  return {
    vmid,
    name,
    status,
    cpus: maxcpu,
    ...{ uptime, cpu, maxmem, mem, maxdisk, disk: 0 },
    ...{ netin: 0, netout: 0, diskread: 0, diskwrite: 0 },
    ...(type === "lxc" ? { type, maxswap: Number(config.values.get("swap") ?? 512) * 2 ** 20, swap: 0 } : {}),
    ...(status === "running" ? { pid: 10_000 + vmid } : {}),
    ...(isTemplate(guest) ? { template: 1 } : {}),
    ...(tags === undefined ? {} : { tags }),
    ...(lock === undefined ? {} : { lock }),
  };
}

const list =
  (type: GuestType): Handler =>
  (call) =>
    [...call.cluster.guests.values()]
      .filter((guest) => guest.type === type && guest.node === call.node.name)
      .filter(({ vmid }) => may(call, `/vms/${vmid}`, "VM.Audit"))
      .map((guest) => standing(call.cluster, guest));

const current =
  (type: GuestType): Handler =>
  (call) => {
    const guest = guestOf(call, type);
    const { status, ...told } = standing(call.cluster, guest);
    const agent = guest.config.values.get("agent");
    return {
      ...told,
      status,
      ha: { managed: 0 },
      ...(type === "qemu" ? { qmpstatus: status } : {}),
      ...(agent !== undefined && /^(?:enabled=)?1/.test(agent) ? { agent: 1 } : {}),
    };
  };

interface Power {
  /** What is refused at once. */
  readonly before?: (guest: Guest) => void;
  readonly change: (cluster: Cluster, guest: Guest) => void;
}

const mustNotRun = (guest: Guest): void => {
  if (guest.startedAt !== undefined) throw died(`${calledOf(guest)} already running`);
};
const mustRun = (guest: Guest): void => {
  if (guest.startedAt === undefined) throw died(`${calledOf(guest)} not running`);
};
/** PVE calls a container a VM here. */
const mustRunToReboot = ({ startedAt, vmid }: Guest): void => {
  if (startedAt === undefined) throw died(`VM ${vmid} not running`);
};

/** One of the ways to start or end a guest: a task, whose end one has to wait for to know. */
const power =
  (type: GuestType, name: string, seconds: number, { before, change }: Power): Handler =>
  (call) => {
    const guest = guestOf(call, type);
    before?.(guest);
    if (call.params.flag("skiplock") && call.holder !== "root@pam")
      throw badParameters({ skiplock: "Only root may use this option." });
    return begin(call, name, String(guest.vmid), function* () {
      if (!call.params.flag("skiplock")) checkUnlocked(guest);
      yield seconds;
      change(call.cluster, guest);
    });
  };

function start({ now }: Cluster, guest: Guest): void {
  mustNotRun(guest);
  if (isTemplate(guest)) throw died(`you can't start a ${guest.type === "qemu" ? "vm" : "CT"} if it's a template`);
  apply(guest);
  guest.startedAt = now();
}

/** Of a guest that is stopped this changes nothing; what waited for the end of one that ran comes true. */
function stop(_: Cluster, guest: Guest): void {
  guest.startedAt = undefined;
  apply(guest);
}

function restart(cluster: Cluster, guest: Guest): void {
  stop(cluster, guest);
  start(cluster, guest);
}

const remove =
  (type: GuestType): Handler =>
  (call) => {
    const { cluster, params } = call;
    const guest = guestOf(call, type);
    const skipsLock = params.flag("skiplock") ?? false;
    if (skipsLock && call.holder !== "root@pam") throw badParameters({ skiplock: "Only root may use this option." });
    const look = () => {
      checkUnprotected(guest, `can't remove ${calledOf(guest)}`);
      if (guest.startedAt === undefined) return;
      if (type === "lxc" && params.flag("force")) stop(cluster, guest);
      else throw died(running(guest));
    };
    look();
    return begin(call, type === "qemu" ? "qmdestroy" : "vzdestroy", String(guest.vmid), function* (say) {
      yield STOPPING;
      look();
      if (!skipsLock) checkUnlocked(guest);
      for (const { guests } of cluster.access.pools.values()) guests.delete(guest.vmid);
      dropAcl(cluster.access, ({ path }) => path === `/vms/${guest.vmid}`);
      if (params.flag("purge")) {
        say(`purging ${calledOf(guest)} from related configurations..`);
        purgeFromJobs(cluster.jobs, guest.vmid);
      }
      cluster.guests.delete(guest.vmid);
    });
  };

const running = (guest: Guest): string =>
  guest.type === "qemu"
    ? `${calledOf(guest)} is running - destroy failed`
    : `unable to destroy ${calledOf(guest)} - container is running`;

const of = (type: GuestType, task: string): Readonly<Record<string, Handler>> => {
  const at = `/nodes/{node}/${type}/{vmid}`;
  // Of a container PVE says it at once, of a machine the task does, or it does not mind.
  const atOnce = (before: (guest: Guest) => void) => (type === "lxc" ? { before } : {});
  return {
    [`GET /nodes/{node}/${type}`]: list(type),
    [`DELETE ${at}`]: remove(type),
    [`GET ${at}/status/current`]: current(type),
    [`POST ${at}/status/start`]: power(type, `${task}start`, STARTING, { ...atOnce(mustNotRun), change: start }),
    [`POST ${at}/status/stop`]: power(type, `${task}stop`, STOPPING, { ...atOnce(mustRun), change: stop }),
    [`POST ${at}/status/shutdown`]: power(type, `${task}shutdown`, SHUTTING_DOWN, { ...atOnce(mustRun), change: stop }),
    [`POST ${at}/status/reboot`]: power(type, `${task}reboot`, SHUTTING_DOWN, {
      before: mustRunToReboot,
      change: restart,
    }),
  };
};

export const guests: Readonly<Record<string, Handler>> = { ...of("qemu", "qm"), ...of("lxc", "vz") };
