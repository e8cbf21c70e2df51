import type { Cluster } from "../../cluster.ts";
import type { ClusterNode } from "../../node.ts";
import { fstab } from "../machine/mounted.ts";
import { mollyGuardFiles } from "../molly-guard.ts";
import { accounts } from "./accounts.ts";
import { aptSources } from "./apt-sources.ts";
import type { Entries, Entry } from "./entry.ts";
import { kernelFiles } from "./kernel-files.ts";
import { network } from "./network.ts";
import { osRelease } from "./os-release.ts";
import { type HostKeys, hostKeyFiles, sshSettings } from "./ssh-files.ts";

const FOLDERS = [
  ...["/boot", "/dev", "/media", "/mnt", "/opt", "/proc", "/run", "/srv", "/sys", "/usr"],
  ...["/etc/cron.d", "/etc/default", "/etc/kernel", "/etc/modprobe.d", "/etc/systemd/system", "/etc/udev/rules.d"],
  ...["/var/backups", "/var/cache", "/var/lib/dpkg", "/var/lib/vz", "/var/lib/systemd", "/var/log", "/var/spool"],
];
const STICKY = 0o1777;

/** What a node's machine holds when Proxmox VE has been installed, but for what belongs to its own hardware. */
export function baseOf(cluster: Cluster, node: ClusterNode, keys: { host: HostKeys; authorized: string }): Entries {
  const folders: Record<string, Entry> = Object.fromEntries(FOLDERS.map((path) => [path, { folder: true }]));
  return {
    ...folders,
    "/tmp": { folder: true, mode: STICKY },
    "/var/tmp": { folder: true, mode: STICKY },
    "/var/run": { link: "/run" },
    "/etc/machine-id": { text: `${cluster.chance.hex(16)}\n`, mode: 0o444 },
    "/etc/timezone": { text: `${node.timezone}\n` },
    "/etc/localtime": { link: `/usr/share/zoneinfo/${node.timezone}` },
    "/etc/fstab": { text: fstab(node.machine) },
    "/etc/environment": { text: "" },
    "/etc/shells": { text: "/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/dash\n/usr/bin/dash\n" },
    "/etc/nsswitch.conf": { text: "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n" },
    "/etc/profile": { text: "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nexport PATH\n" },
    "/etc/default/locale": { text: "LANG=en_US.UTF-8\n" },
    ...osRelease(node.release),
    ...(node.mollyGuard ? mollyGuardFiles : {}),
    ...network(cluster, node),
    ...aptSources(node.release),
    ...kernelFiles,
    ...accounts(keys.authorized),
    ...sshSettings,
    ...hostKeyFiles(keys.host),
  };
}
