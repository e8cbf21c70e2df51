import type { Device } from "./device.ts";
import type { Machine } from "./machine.ts";

interface Partition {
  readonly name: string;
  readonly bytes: number;
  readonly fstype?: string;
  readonly mountpoint?: string;
}

interface Disk {
  readonly name: string;
  readonly device: Device;
  readonly bytes: number;
  readonly partitions: readonly Partition[];
}

interface Mapped {
  readonly name: string;
  /** The partition that it is on. */
  readonly on: string;
  readonly bytes: number;
  readonly fstype: string;
  readonly mountpoint?: string;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const SIZE = 512 * GIB;

/** A machine's disks, as the installer has divided the one that it starts from, and what lies over its partitions. */
export function disksOf({ devices, root, boot, firmware }: Machine): {
  disks: readonly Disk[];
  mapped: readonly Mapped[];
} {
  const controllers = devices.filter(({ class: digits, serves }) => digits.startsWith("0108") || serves === "disk");
  const counts = { nvme: 0, sd: 0, vd: 0 };
  const disks = controllers.map((device): Disk => {
    const kind = device.class.startsWith("0108") ? "nvme" : device.class.startsWith("0107") ? "sd" : "vd";
    const count = counts[kind]++;
    const name = kind === "nvme" ? `nvme${count}n1` : `${kind}${String.fromCharCode(97 + count)}`;
    const part = (n: number) => (kind === "nvme" ? `${name}p${n}` : `${name}${n}`);
    const isEsp = firmware === "uefi" || boot !== "grub";
    const partitions: readonly Partition[] =
      device.serves === "disk"
        ? [
            { name: part(1), bytes: MIB },
            {
              name: part(2),
              bytes: GIB,
              ...(isEsp ? { fstype: "vfat" } : {}),
              ...(boot === "grub" && isEsp ? { mountpoint: "/boot/efi" } : {}),
            },
            { name: part(3), bytes: SIZE - 2 * GIB, fstype: root === "zfs" ? "zfs_member" : "LVM2_member" },
          ]
        : [];
    return { name, device, bytes: SIZE, partitions };
  });
  const on = disks.find(({ device }) => device.serves === "disk")?.partitions[2]?.name;
  const mapped: readonly Mapped[] =
    root === "zfs" || on === undefined
      ? []
      : [
          { name: "pve-swap", on, bytes: 8 * GIB, fstype: "swap", mountpoint: "[SWAP]" },
          { name: "pve-root", on, bytes: 96 * GIB, fstype: "ext4", mountpoint: "/" },
        ];
  return { disks, mapped };
}
