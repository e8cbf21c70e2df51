import type { Guest } from "../guests/guest.ts";
import type { Host } from "./host.ts";
import { treeFiles } from "./machine/files.ts";
import { SysFolder } from "./machine/sysfs/folder.ts";
import { type Program, programWords } from "./namespaces/session.ts";

const PIDS = "/run/qemu-server";
const CGROUPS = "/sys/fs/cgroup";

/**
 * What a host shows of the guests that run on it now: their cgroups, and a process that stands in for each machine.
 * A program that begins while those are not there yet, or still there, makes it so first.
 */
export function amongGuests(host: Host, program: Program): Program {
  const files = treeFiles(host.tree);
  const { qemu, lxc } = running(host);
  const sys = new SysFolder(host.tree);
  const show = (folder: string, names: readonly string[]) => {
    const shown = files.list(folder);
    for (const name of shown) if (!names.includes(name)) sys.remove(`${folder}/${name}`);
    for (const name of names)
      if (!shown.includes(name)) sys.texts(`${folder}/${name}`, { "cgroup.events": "populated 1\nfrozen 0" });
  };
  show(
    `${CGROUPS}/qemu.slice`,
    qemu.map(({ vmid }) => `${vmid}.scope`),
  );
  show(
    `${CGROUPS}/lxc`,
    lxc.map(({ vmid }) => String(vmid)),
  );
  const pids = files.list(PIDS).filter((name) => name.endsWith(".pid"));
  const isShown = pids.length === qemu.length && qemu.every(({ vmid }) => pids.includes(`${vmid}.pid`));
  if (isShown) return program;
  const wanted = qemu.map(({ vmid, config }) => `${vmid}=${config.values.get("name") ?? `vm${vmid}`}`);
  return ["/usr/libexec/lab/show-guests", ...wanted, "--", ...programWords(program)];
}

/** The process that stands in for a machine; none where that does not run, or nothing has looked since it was started. */
export function pidOf({ tree }: Host, vmid: number): number {
  return Number(treeFiles(tree).read(`${PIDS}/${vmid}.pid`) ?? 0);
}

function running({ cluster, node }: Host): Record<Guest["type"], readonly Guest[]> {
  const here = [...cluster.guests.values()].filter(
    (guest) => guest.node === node.name && guest.startedAt !== undefined,
  );
  return { qemu: here.filter(({ type }) => type === "qemu"), lxc: here.filter(({ type }) => type === "lxc") };
}
