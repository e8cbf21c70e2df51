import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";

interface Given {
  readonly firmware?: "uefi" | "bios";
  readonly programs?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly said?: Readonly<Record<string, string>>;
  readonly devices?: readonly PciDevice[];
  readonly cpu?: string;
}

/** The facts of a host of which just this is to be known. */
export const host = ({
  firmware = "bios",
  programs = [],
  files = {},
  said = {},
  devices = [],
  cpu,
}: Given): HostFacts => ({
  cmdline: "BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro quiet",
  cpu: cpu ?? "AuthenticAMD",
  firmware,
  programs: [...programs],
  said,
  kernel: "6.14.8-2-pve",
  bootId: "e6a0c2a5-0001-4c2e-9d7b-111111111111",
  devices: [...devices],
  iommu: { offered: true, on: true, remaps: true },
  uses: {},
  guests: [],
  files,
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
