import { expect } from "chai";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { host } from "./host.ts";

const UUIDS = { "/etc/kernel/proxmox-boot-uuids": "5A2B-11C3\n5A2C-99FE\n" };
const REEXEC = "Re-executing '/usr/sbin/proxmox-boot-tool' in new private mount namespace..\n";
const status = (booted: string, ...configured: string[]) => ({
  "proxmox-boot-tool": `${REEXEC}System currently booted with ${booted}\n${configured
    .map((how, n) => `5A2${n}-11C3 is configured with: ${how}\n`)
    .join("")}`,
});
const efi = (entry: string) => ({
  efibootmgr: `BootCurrent: 0001\nTimeout: 1 seconds\nBootOrder: 0001,0000\nBoot0000* UEFI OS\nBoot0001* ${entry}\n`,
});
const SYSTEMD_BOOT = "Linux Boot Manager\tHD(2,GPT,8e1d)/File(\\EFI\\SYSTEMD\\SYSTEMD-BOOTX64.EFI)";
const SHIM = "proxmox\tHD(2,GPT,8e1d)/File(\\EFI\\proxmox\\shimx64.efi)";

const cases: [string, Parameters<typeof host>[0], object][] = [
  ["plain GRUB on BIOS", { programs: ["update-grub"] }, { is: "grub", byTool: false }],
  [
    "plain GRUB on UEFI, with the boot tool installed and not used",
    { firmware: "uefi", programs: ["update-grub", "proxmox-boot-tool"], said: efi(SHIM) },
    { is: "grub", byTool: false },
  ],
  [
    "plain GRUB though a cmdline file lies there",
    { programs: ["update-grub"], files: { "/etc/kernel/cmdline": "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n" } },
    { is: "grub", byTool: false },
  ],
  [
    "systemd-boot on two mirrored disks",
    {
      firmware: "uefi",
      files: UUIDS,
      said: status("uefi", "uefi (versions: 6.8.12-9-pve)", "uefi (versions: 6.8.12-9-pve)"),
    },
    { is: "systemd-boot" },
  ],
  [
    "GRUB under the boot tool for Secure Boot",
    { firmware: "uefi", files: UUIDS, said: status("uefi", "grub (versions: 6.8.12-9-pve)") },
    { is: "grub", byTool: true },
  ],
  [
    "GRUB under the boot tool on BIOS, where both are configured",
    { files: UUIDS, said: status("legacy bios", "uefi (versions: 7.0.2-6-pve), grub (versions: 7.0.2-6-pve)") },
    { is: "grub", byTool: true },
  ],
  [
    "whichever the firmware really started where both are configured: GRUB",
    {
      firmware: "uefi",
      files: UUIDS,
      said: { ...status("uefi", "uefi (versions: 7), grub (versions: 7)"), ...efi(SHIM) },
    },
    { is: "grub", byTool: true },
  ],
  [
    "whichever the firmware really started where both are configured: systemd-boot",
    {
      firmware: "uefi",
      files: UUIDS,
      said: { ...status("uefi", "uefi (versions: 7), grub (versions: 7)"), ...efi(SYSTEMD_BOOT) },
    },
    { is: "systemd-boot" },
  ],
];

describe("the boot loader of a host", () => {
  for (const [what, facts, loader] of cases)
    it(`is told to be ${what}`, () => expect(bootLoaderOf(host(facts))).deep.equals(loader));

  const unknown: [string, Parameters<typeof host>[0], RegExp][] = [
    ["there is neither of the tools", {}, /neither proxmox-boot-tool nor update-grub/],
    [
      "the tool's partitions are there and the tool is not",
      { files: UUIDS, programs: ["update-grub"] },
      /is not there/,
    ],
    [
      "both are configured and the firmware does not say which it started",
      { firmware: "uefi", files: UUIDS, said: status("uefi", "uefi (versions: 7), grub (versions: 7)") },
      /does not tell/,
    ],
    [
      "two disks are configured differently",
      { firmware: "uefi", files: UUIDS, said: status("uefi", "uefi (versions: 7)", "grub (versions: 7)") },
      /does not tell/,
    ],
    [
      "the tool finds none of its partitions",
      {
        firmware: "uefi",
        files: UUIDS,
        said: { "proxmox-boot-tool": "WARN: /dev/disk/by-uuid/5A2B-11C3 does not exist - skipping\n" },
      },
      /does not exist/,
    ],
    [
      "systemd-boot was started and the boot tool knows nothing of it",
      { firmware: "uefi", programs: ["update-grub"], said: efi(SYSTEMD_BOOT) },
      /knows nothing of/,
    ],
  ];
  for (const [what, facts, why] of unknown)
    it(`is not guessed where ${what}`, () => {
      const loader = bootLoaderOf(host(facts));
      expect(loader.is).equals("unknown");
      expect("why" in loader && loader.why).matches(why);
    });
});
