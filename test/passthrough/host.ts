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
  bootId: "3f35122f-382a-4ade-958a-8e5570d63fab",
  cmdline: "BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro quiet",
  kernel: "7.0.2-6-pve",
  cpu: cpu ?? "AuthenticAMD",
  firmware,
  programs: [...programs],
  said: Object.fromEntries(Object.entries(said).map(([name, text]) => [name, { code: 0, text }])),
  devices: [...devices],
  files: Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, { text, mode: "644", uid: 0, gid: 0, link: false }]),
  ),
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
        subsystem: "0000:0000",
        class: kind,
        name: name.join(" "),
        ...(driver === "-" ? {} : { driver }),
        ...(kind.startsWith("03") ? { bootVga: false } : {}),
      };
    });
