import type { Machine } from "./machine.ts";
import { disksOf } from "./storage.ts";

/** A file system of a host, and where it is. */
export interface Mounted {
  readonly at: string;
  readonly source: string;
  readonly type: string;
  readonly options: string;
}

const ROOTS: Readonly<Record<Machine["root"], readonly Mounted[]>> = {
  ext4: [{ at: "/", source: "/dev/mapper/pve-root", type: "ext4", options: "rw,relatime,errors=remount-ro" }],
  zfs: ["ROOT/pve-1", "", "ROOT", "data", "var-lib-vz"].map((name, n) => ({
    at: n === 0 ? "/" : name === "var-lib-vz" ? "/var/lib/vz" : ["/rpool", name].filter(Boolean).join("/"),
    source: ["rpool", name].filter(Boolean).join("/"),
    type: "zfs",
    options: "rw,relatime,xattr,posixacl,casesensitive",
  })),
};

/** What is mounted where from a machine's own disks, and what PVE mounts. */
export function mountedOn(machine: Machine): readonly Mounted[] {
  const [esp] = disksOf(machine).disks.flatMap(({ partitions }) =>
    partitions.filter(({ mountpoint }) => mountpoint === "/boot/efi"),
  );
  return [
    ...ROOTS[machine.root],
    ...(esp ? [{ at: "/boot/efi", source: `/dev/${esp.name}`, type: "vfat", options: "rw,relatime,fmask=0022" }] : []),
    { at: "/etc/pve", source: "/dev/fuse", type: "fuse", options: "rw,nosuid,nodev,relatime,user_id=0,group_id=0" },
  ];
}

const KERNELS = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
proc /proc proc rw,relatime 0 0
udev /dev devtmpfs rw,nosuid,relatime,mode=755,inode64 0 0
devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000 0 0
tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime,mode=755,inode64 0 0
tmpfs /dev/shm tmpfs rw,nosuid,nodev,inode64 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0
`;

/** As `/proc/mounts` has it. */
export const procMounts = (machine: Machine): string =>
  KERNELS +
  mountedOn(machine)
    .map(({ at, source, type, options }) => `${source} ${at} ${type} ${options} 0 0\n`)
    .join("");

/** As `/proc/swaps` has it. */
export function procSwaps(machine: Machine): string {
  const { mapped } = disksOf(machine);
  const lines = mapped.map(({ fstype, bytes }, n) =>
    fstype === "swap" ? `/dev/dm-${n}                               partition\t${bytes / 1024 - 4}\t\t0\t\t-2\n` : "",
  );
  return `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${lines.join("")}`;
}

/** As the installer writes `/etc/fstab`: a pool's file systems are not in it. */
export function fstab(machine: Machine): string {
  const { mapped } = disksOf(machine);
  const lines = mountedOn(machine).flatMap(({ at, source, type }) => {
    if (type === "ext4") return [`${source.replace("mapper/pve-", "pve/")} ${at} ext4 errors=remount-ro 0 1`];
    return type === "vfat" ? [`${source} ${at} vfat defaults 0 1`] : [];
  });
  const swaps = mapped.filter(({ fstype }) => fstype === "swap").map(() => "/dev/pve/swap none swap sw 0 0");
  const all = ["# <file system> <mount point> <type> <options> <dump> <pass>", ...lines, ...swaps];
  return `${[...all, "proc /proc proc defaults 0 0"].join("\n")}\n`;
}
