import { readCluster } from "../../lab/cluster-file.ts";
import { groupsOf, isDisplay } from "../../lab/host/machine/device.ts";
import { vendors } from "../../lab/host/machine/part.ts";
import { shipped } from "../../lab/shipped.ts";
import type { HostFacts } from "../../providers/host/host-facts.ts";

const CPU = { AMD: "AuthenticAMD", Intel: "GenuineIntel" } as const;

const ZFS = "root=ZFS=rpool/ROOT/pve-1 boot=zfs";
const ESP = "5A2B-11C3";
const toolSays = (loader: "grub" | "uefi") =>
  `System currently booted with uefi\n${ESP} is configured with: ${loader} (versions: 7.0.2-6-pve)\n`;

/** A host of the lab's farm as it is installed; of its files just what is not empty to us. */
export function farmHost(name: string): HostFacts {
  const node = readCluster(shipped("farm")).nodes.find((one) => one.name === name);
  if (node === undefined) throw new Error(`the farm has no host ${name}`);
  const { cpu, firmware, devices, bootVga, boot, root } = node.machine;
  const groups = groupsOf(devices, { downstream: false, multifunction: false });
  return {
    cmdline: root === "zfs" ? ZFS : "BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro quiet",
    kernel: "7.0.2-6-pve",
    bootId: "00000000-0000-0000-0000-000000000000",
    cpu: CPU[cpu],
    firmware,
    programs: ["update-grub", "update-initramfs"],
    said: boot === "grub" ? {} : { "proxmox-boot-tool": toolSays(boot === "grub-esp" ? "grub" : "uefi") },
    devices: devices.map((device) => ({
      address: device.address,
      id: device.id,
      class: device.class,
      name: `${vendors[device.id.slice(0, 4)]} ${device.name}`,
      group: groups.get(device.address),
      ...(isDisplay(device) ? { bootVga: device.address === bootVga } : {}),
    })),
    iommu: { offered: true, on: true, remaps: true },
    uses: {},
    guests: [],
    files: boot === "grub" ? {} : { "/etc/kernel/proxmox-boot-uuids": `${ESP}\n`, "/etc/kernel/cmdline": `${ZFS}\n` },
    folders: [],
    late: [],
    odd: [],
  };
}
