import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A function of a PCI device. */
export interface PciFunction {
  /** `0000:01:00.0` */
  readonly address: string;
  /** `10de:1b80` */
  readonly id: string;
  /** `030000` */
  readonly class: string;
  /** The number of its IOMMU group. */
  readonly group: number;
  /** What drives it, if anything does. */
  readonly driver?: string;
  readonly bootVga?: boolean;
}

/** Writes the part of a sysfs that lspci and others read, as plain files: what is written there has no effect. */
export function writePciBus(sys: string, functions: readonly PciFunction[]): void {
  // Where there are groups there is an IOMMU.
  mkdirSync(join(sys, "class/iommu/ivhd0"), { recursive: true });
  for (const one of functions) {
    const device = join(sys, "bus/pci/devices", one.address);
    mkdirSync(device, { recursive: true });
    for (const [name, content] of Object.entries(attributes(one))) writeFileSync(join(device, name), content);
    const members = join(sys, `kernel/iommu_groups/${one.group}/devices`);
    mkdirSync(members, { recursive: true });
    symlinkSync(`../../../../bus/pci/devices/${one.address}`, join(members, one.address));
    symlinkSync(`../../../../kernel/iommu_groups/${one.group}`, join(device, "iommu_group"));
    if (!one.driver) continue;
    mkdirSync(join(sys, "bus/pci/drivers", one.driver), { recursive: true });
    symlinkSync(`../../drivers/${one.driver}`, join(device, "driver"));
  }
}

function attributes({ id, class: digits, bootVga }: PciFunction): Record<string, string | Buffer> {
  const [vendor = "", device = ""] = id.split(":");
  const config = Buffer.alloc(64);
  config.writeUInt16LE(Number.parseInt(vendor, 16), 0);
  config.writeUInt16LE(Number.parseInt(device, 16), 2);
  // The byte before the class is the revision.
  config.writeUInt32LE(Number.parseInt(`${digits}a1`, 16), 8);
  return {
    ...{ vendor: `0x${vendor}\n`, device: `0x${device}\n`, class: `0x${digits}\n`, revision: "0xa1\n" },
    ...{ subsystem_vendor: "0x0000\n", subsystem_device: "0x0000\n" },
    ...(bootVga === undefined ? {} : { boot_vga: bootVga ? "1\n" : "0\n" }),
    ...{ config, irq: "0\n", resource: `${Array(3).fill("0x0000000000000000").join(" ")}\n`.repeat(7) },
  };
}

/** A card with its sound, in a group of its own. */
export const GTX_1080: readonly PciFunction[] = [
  { address: "0000:01:00.0", id: "10de:1b80", class: "030000", group: 1, driver: "nouveau", bootVga: false },
  { address: "0000:01:00.1", id: "10de:10f0", class: "040300", group: 1, driver: "snd_hda_intel" },
];
