import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";

interface Given extends Partial<Pick<HostFacts, "firmware" | "cpu" | "cmdline" | "kernel">> {
  readonly programs?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly said?: Readonly<Record<string, string>>;
  readonly devices?: readonly PciDevice[];
  readonly iommu?: Partial<HostFacts["iommu"]>;
  readonly uses?: HostFacts["uses"];
  readonly late?: string[];
}

/** The facts of a host of which just this is to be known. */
export const host = ({ programs = [], files = {}, said = {}, devices = [], iommu, ...more }: Given): HostFacts => ({
  cmdline: "BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro quiet",
  cpu: "AuthenticAMD",
  firmware: "bios",
  kernel: "6.14.8-2-pve",
  bootId: "e6a0c2a5-0001-4c2e-9d7b-111111111111",
  uses: {},
  late: [],
  ...more,
  programs: [...programs],
  said: { ...said },
  devices: [...devices],
  iommu: { offered: true, on: true, remaps: true, ...iommu },
  guests: [],
  files: { ...files },
  folders: ["/etc/default", "/etc/kernel", "/etc/modprobe.d", "/etc/initramfs-tools"],
  odd: [],
});

/** Devices by a line each: address, id, class, driver, name. */
export const devices = (text: string): PciDevice[] =>
  text
    .trim()
    .split("\n")
    .map((line) => {
      const [address = "", id = "", kind = "", driver = "-", ...name] = line.trim().split(/\s+/);
      return {
        address,
        id,
        class: kind,
        name: name.join(" "),
        ...(driver === "-" ? {} : { driver }),
        ...(kind.startsWith("03") ? { bootVga: false } : {}),
      };
    });

/** The same devices in these IOMMU groups, by their numbers. */
export const grouped = (all: readonly PciDevice[], groups: Readonly<Record<number, readonly string[]>>): PciDevice[] =>
  all.map((device) => {
    const number = Object.keys(groups).find((key) => groups[Number(key)]?.includes(device.address));
    return number === undefined ? device : { ...device, group: Number(number) };
  });
