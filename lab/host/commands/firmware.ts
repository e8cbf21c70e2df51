import type { Answer, Command } from "../command.ts";
import { ESP } from "../machine/boot/fresh.ts";
import type { Machine } from "../machine/machine.ts";
import { failed, notHere } from "./arguments.ts";

const PART = "HD(2,GPT,1f0f6c4b-2f0e-4b4c-9c57-5d1d3ad6a0c1,0x800,0x200000)";

/** What the firmware starts first. */
function started({ boot, secureBoot }: Machine): readonly [label: string, file: string] {
  if (boot === "systemd-boot") return ["Linux Boot Manager", "\\EFI\\systemd\\systemd-bootx64.efi"];
  return ["proxmox", secureBoot ? "\\EFI\\proxmox\\shimx64.efi" : "\\EFI\\proxmox\\grubx64.efi"];
}

export const efibootmgr: Command = ({ host, argv }): Answer => {
  const { machine } = host.node;
  if (machine.firmware === "bios") return failed("EFI variables are not supported on this system.", 2);
  if (argv.some((word) => word !== "-v" && word !== "--verbose")) return notHere("efibootmgr", argv.join(" "));
  const [label, file] = started(machine);
  // That of Debian 13 shows where an entry leads without being asked.
  const isTold = argv.length > 0 || host.node.release.startsWith("9");
  const entries = [
    [`Boot0000* ${label}`, `${PART}/${host.node.release.startsWith("9") ? file : `File(${file})`}`],
    [
      "Boot0001* UEFI OS",
      `${PART}/${host.node.release.startsWith("9") ? "\\EFI\\BOOT\\BOOTX64.EFI" : "File(\\EFI\\BOOT\\BOOTX64.EFI)"}`,
    ],
  ];
  const lines = entries.map(([name, way]) => (isTold ? `${name}\t${way}` : name));
  return { stdout: ["BootCurrent: 0000", "Timeout: 1 seconds", "BootOrder: 0000,0001", ...lines, ""].join("\n") };
};

export const bootctl: Command = ({ host, argv }): Answer => {
  const { machine } = host.node;
  const [what = "status"] = argv.filter((word) => !word.startsWith("-"));
  if (what === "is-installed")
    return machine.boot === "systemd-boot" ? { stdout: "yes\n" } : { stdout: "no\n", code: 1 };
  if (what !== "status") return notHere("bootctl", what);
  if (machine.firmware === "bios") return failed("System not booted with UEFI.");
  const [label] = started(machine);
  return {
    stdout: `System:
      Firmware: UEFI 2.80 (American Megatrends 5.17)
 Firmware Arch: x64
   Secure Boot: ${machine.secureBoot ? "enabled (user)" : "disabled"}
  TPM2 Support: yes
  Boot into FW: supported

Current Boot Loader:
      Product: ${machine.boot === "systemd-boot" ? "systemd-boot 257.7-1" : "n/a"}
          ESP: /dev/disk/by-partuuid/1f0f6c4b-2f0e-4b4c-9c57-5d1d3ad6a0c1

Boot Loaders Listed in EFI Variables:
        Title: ${label}
           ID: 0x0000
       Status: active, boot-order
    Partition: /dev/disk/by-uuid/${ESP}
`,
  };
};

export const mokutil: Command = ({ host, argv }): Answer => {
  if (argv[0] !== "--sb-state") return notHere("mokutil", argv.join(" "));
  const { firmware, secureBoot } = host.node.machine;
  if (firmware === "bios") return failed("EFI variables are not supported on this system", 255);
  return { stdout: `SecureBoot ${secureBoot ? "enabled" : "disabled"}\n` };
};
