import { z } from "zod";

const PciDevice = z.object({
  /** Like `0000:01:00.0`. */
  address: z.string(),
  /** `vendor:device`, four hexadecimal digits each. */
  id: z.string(),
  /** Six hexadecimal digits: class, subclass, programming interface. */
  class: z.string(),
  /** What the firmware showed its picture on; none where the device is no display. */
  bootVga: z.boolean().optional(),
  driver: z.string().optional(),
  /** Its IOMMU group; none while there is no IOMMU. */
  group: z.number().optional(),
  /** As `lspci` calls it, if it is there. */
  name: z.string().optional(),
});
export type PciDevice = z.output<typeof PciDevice>;

/** What a host is and what its files hold, as read in one go. */
export const HostFacts = z.object({
  /** What the running kernel was told. */
  cmdline: z.string(),
  kernel: z.string(),
  /** Another one after each start. */
  bootId: z.string(),
  /** As the CPU calls its maker: `GenuineIntel`, `AuthenticAMD`. */
  cpu: z.string(),
  firmware: z.enum(["uefi", "bios"]),
  /** Programs of the host that are there, of those that we may need. */
  programs: z.array(z.string()),
  /** What programs said of how it boots. */
  said: z.record(z.string(), z.string()),
  /** What did not answer in time: `zpool`, `/etc/pve`. */
  late: z.array(z.string()).default([]),
  devices: z.array(PciDevice),
  iommu: z.object({
    /** The firmware describes one. */
    offered: z.boolean(),
    /** The kernel uses it. */
    on: z.boolean(),
    /** Whether it remaps interrupts too; unknown where the kernel's first words are gone. */
    remaps: z.boolean().optional(),
  }),
  /** By a device's address, what the host uses that hangs on it: `sda3`, `eno1`. */
  uses: z.record(z.string(), z.array(z.string())),
  /** The guests that run there. */
  guests: z.array(z.object({ vmid: z.number(), kind: z.enum(["qemu", "lxc"]) })),
  /** Binary text: a character for each byte. */
  files: z.record(z.string(), z.string()),
  folders: z.array(z.string()),
  /** What is neither file nor folder where one of them is looked for: a link to nowhere, a device. */
  odd: z.array(z.string()),
});
export type HostFacts = z.output<typeof HostFacts>;
