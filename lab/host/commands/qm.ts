import { statsOf } from "../../guests/stats.ts";
import type { Answer, Command } from "../command.ts";
import type { Host } from "../host.ts";
import { pidOf } from "../running-guests.ts";
import { failed, notHere } from "./arguments.ts";
import { callOptions, pveArguments } from "./pve-arguments.ts";
import { asRoot } from "./root-call.ts";

/** Virtual machines of the host: what there is to see, their configuration, and on and off. */
export const qm: Command = ({ host, argv }): Answer | Promise<Answer> => {
  const given = pveArguments(argv);
  const [act = "", number = ""] = given.words;
  if (act === "list") return { stdout: list(host) };
  if (!["config", "set", "status", "start", "stop", "shutdown", "reset"].includes(act)) return notHere("qm", act);
  if (!/^\d+$/.test(number))
    return failed(`400 Parameter verification failed.\nvmid: type check ('integer') failed - got '${number}'`, 255);
  const vmid = Number(number);
  const guest = host.cluster.guests.get(vmid);
  if (guest?.type !== "qemu" || guest.node !== host.node.name)
    return failed(`Configuration file 'nodes/${host.node.name}/qemu-server/${vmid}.conf' does not exist`, 2);
  const path = `/nodes/${host.node.name}/qemu/${vmid}`;
  if (act === "config") return config(host, path, given.options["current"] !== undefined);
  if (act === "set") return set(host, vmid, path, callOptions(given));
  if (act === "status") return { stdout: `status: ${guest.startedAt === undefined ? "stopped" : "running"}\n` };
  return switched(host, `${path}/status/${act}`, callOptions(given));
};

/** Switches a guest on or off, and waits for the end of that, however long it takes by the lab's clock. */
async function switched(
  host: Host,
  path: string,
  options: Readonly<Record<string, string | string[]>>,
): Promise<Answer> {
  const { tasks, clock } = host.cluster;
  const called = asRoot(host, "POST", path, options);
  if ("failed" in called) return called.failed;
  const task = tasks.all.find(({ upid }) => upid === called.data);
  while (task && !task.end) await new Promise<void>((done) => clock.after(0.5, done));
  const status = task?.end?.status ?? "OK";
  return status === "OK" ? {} : failed(status, 255);
}

function config(host: Host, path: string, current: boolean): Answer {
  const called = asRoot(host, "GET", `${path}/config`, current ? { current: "1" } : {});
  if ("failed" in called) return called.failed;
  const values = typeof called.data === "object" && called.data !== null ? Object.entries(called.data) : [];
  const lines = values.filter(([key]) => key !== "digest").toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { stdout: lines.map(([key, value]) => `${key}: ${String(value)}\n`).join("") };
}

function set(host: Host, vmid: number, path: string, options: Readonly<Record<string, string | string[]>>): Answer {
  const called = asRoot(host, "PUT", `${path}/config`, options);
  if ("failed" in called) return called.failed;
  const told = Object.entries(options).filter(
    ([key]) => !["delete", "digest", "revert", "force", "skiplock"].includes(key),
  );
  return { stdout: told.map(([key, value]) => `update VM ${vmid}: -${key} ${String(value)}\n`).join("") };
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

function list(host: Host): string {
  const { cluster, node } = host;
  const guests = [...cluster.guests.values()].filter((guest) => guest.type === "qemu" && guest.node === node.name);
  if (guests.length === 0) return "";
  const lines = guests
    .toSorted((a, b) => a.vmid - b.vmid)
    .map((guest) => {
      const { maxmem, maxdisk, name } = statsOf(cluster, guest);
      const status = guest.startedAt === undefined ? "stopped" : "running";
      const pid = guest.startedAt === undefined ? 0 : pidOf(host, guest.vmid);
      return `${String(guest.vmid).padStart(10)} ${(name ?? `VM ${guest.vmid}`).padEnd(20)} ${status.padEnd(10)} ${String(maxmem / MIB).padEnd(10)} ${(maxdisk / GIB).toFixed(2).padStart(12)} ${String(pid).padEnd(10)}\n`;
    });
  return `      VMID NAME                 STATUS     MEM(MB)    BOOTDISK(GB) PID       \n${lines.join("")}`;
}
