import type { HostFacts } from "../host/host-facts.ts";

/** What starts a host's kernel, and so where its parameters stand. */
export type BootLoader =
  /** `byTool`: proxmox-boot-tool copies kernels and its config to where it boots from. */
  | { readonly is: "grub"; readonly byTool: boolean }
  | { readonly is: "systemd-boot" }
  | { readonly is: "unknown"; readonly why: string };

/** Told by what the machine boots, never by which files lie around: hosts with GRUB may have a cmdline file too. */
export function bootLoaderOf({ files, said, programs, firmware }: HostFacts): BootLoader {
  const tool = said["proxmox-boot-tool"];
  if (files["/etc/kernel/proxmox-boot-uuids"]?.trim()) {
    if (tool === undefined) return unknown("its boot partitions are proxmox-boot-tool's, which is not there");
    return byTool(tool, said["efibootmgr"]);
  }
  if (firmware === "uefi" && bootedFrom(said["efibootmgr"]) === "systemd-boot")
    return unknown("it boots with a systemd-boot that proxmox-boot-tool knows nothing of");
  if (programs.includes("update-grub")) return { is: "grub", byTool: false };
  return unknown("neither proxmox-boot-tool nor update-grub is there");
}

function byTool(status: string, boots: string | undefined): BootLoader {
  const bootedBy = /System currently booted with (.+)/.exec(status)?.[1]?.trim();
  const configured = [...status.matchAll(/is configured with: (.+)/g)].map(([, how = ""]) => how);
  const all = (how: RegExp) => configured.length > 0 && configured.every((one) => how.test(one));
  // It calls systemd-boot after the firmware that it needs.
  const [grub, systemdBoot] = [all(/\bgrub\b/), all(/\b(?:uefi|systemd-boot)\b/)];
  if (bootedBy === "legacy bios" && grub) return { is: "grub", byTool: true };
  const really = bootedFrom(boots);
  if (systemdBoot && (!grub || really === "systemd-boot")) return { is: "systemd-boot" };
  if (grub && (!systemdBoot || really === "grub")) return { is: "grub", byTool: true };
  return unknown(`proxmox-boot-tool status does not tell: ${status.trim().split("\n").slice(-3).join("; ")}`);
}

/** What `efibootmgr -v` says was booted. */
function bootedFrom(text = ""): "grub" | "systemd-boot" | undefined {
  const current = /^BootCurrent: ([0-9A-F]{4})/m.exec(text)?.[1];
  const entry = text.split("\n").find((line) => line.startsWith(`Boot${current}`)) ?? "";
  if (/systemd-boot|systemd\\/i.test(entry)) return "systemd-boot";
  return /grub|shim/i.test(entry) ? "grub" : undefined;
}

const unknown = (why: string): BootLoader => ({ is: "unknown", why });
