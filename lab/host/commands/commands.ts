import type { Command } from "../command.ts";
import { absent, dpkgQuery, hostnamectl, pveversion } from "./about.ts";
import { corosyncQuorumtool, haManager, pvecm } from "./cluster.ts";
import { dmesg } from "./dmesg.ts";
import { bootctl, efibootmgr, mokutil } from "./firmware.ts";
import { lsinitramfs, mkinitramfs } from "./initramfs.ts";
import { lsblk } from "./lsblk.ts";
import { lspci } from "./lspci.ts";
import { lsmod, modinfo, modprobe, rmmod } from "./modprobe.ts";
import { findmnt, grubProbe } from "./mounts.ts";
import { ip } from "./network.ts";
import { poweroff, reboot, shutdown } from "./power.ts";
import { pvesh } from "./pvesh.ts";
import { pveum } from "./pveum.ts";
import { qm } from "./qm.ts";
import { due, wait } from "./wait.ts";
import { zpool } from "./zpool.ts";

const ABSENT = ["apt", "apt-get", "journalctl", "pct", "pve8to9", "vzdump"];

/** The programs of a host that answer from the lab's state, by their path. */
export const commands: Readonly<Record<string, Command>> = {
  "/usr/bin/bootctl": bootctl,
  "/usr/bin/dmesg": dmesg,
  "/usr/bin/dpkg-query": dpkgQuery,
  "/usr/bin/efibootmgr": efibootmgr,
  "/usr/bin/findmnt": findmnt,
  "/usr/bin/hostnamectl": hostnamectl,
  "/usr/bin/ip": ip,
  "/usr/bin/lsblk": lsblk,
  "/usr/bin/lsinitramfs": lsinitramfs,
  "/usr/bin/lspci": lspci,
  "/usr/bin/mokutil": mokutil,
  "/usr/bin/pvecm": pvecm,
  "/usr/bin/pvesh": pvesh,
  "/usr/bin/pveversion": pveversion,
  "/usr/libexec/lab/due": due,
  "/usr/libexec/lab/poweroff": poweroff,
  "/usr/libexec/lab/reboot": reboot,
  "/usr/libexec/lab/wait": wait,
  "/usr/sbin/corosync-quorumtool": corosyncQuorumtool,
  "/usr/sbin/efibootmgr": efibootmgr,
  "/usr/sbin/grub-probe": grubProbe,
  "/usr/sbin/ha-manager": haManager,
  "/usr/sbin/halt": poweroff,
  "/usr/sbin/ip": ip,
  "/usr/sbin/lsmod": lsmod,
  "/usr/sbin/mkinitramfs": mkinitramfs,
  "/usr/sbin/modinfo": modinfo,
  "/usr/sbin/modprobe": modprobe,
  "/usr/sbin/poweroff": poweroff,
  "/usr/sbin/pveum": pveum,
  "/usr/sbin/qm": qm,
  "/usr/sbin/reboot": reboot,
  "/usr/sbin/rmmod": rmmod,
  "/usr/sbin/shutdown": shutdown,
  "/usr/sbin/zpool": zpool,
  ...Object.fromEntries(ABSENT.map((program) => [`/usr/bin/${program}`, absent(program)])),
};
