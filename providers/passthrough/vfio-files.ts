import type { Edit } from "../host/edit/edit.ts";
import { type GrubWords, grubWords } from "../host/edit/grub.ts";
import { ownerIn } from "../host/edit/owned.ts";
import { spokenOf } from "../host/edit/parameter.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import type { BootLoader } from "./boot-loader.ts";
import { standingBack } from "./drivers.ts";
import type { Args } from "./vfio-host-config.args.ts";

const MODULES = ["vfio", "vfio_iommu_type1", "vfio_pci"];
const CONSOLE = ["video=efifb:force", "fbcon=map:1", "console=tty1"];

/** What is to stand in the host's files, by path. */
export function vfioFiles(
  name: string,
  args: Args,
  facts: HostFacts,
  chosen: readonly PciDevice[],
  loader: BootLoader,
): Map<string, Edit> {
  const edits = new Map<string, Edit>();
  const slug = slugOf(name);
  if (args.mode === "passthrough" && chosen.length > 0) {
    edits.set(`/etc/modprobe.d/pve-ops-${slug}.conf`, { kind: "owned", text: modprobe(args, facts, chosen) });
    edits.set("/etc/initramfs-tools/modules", { kind: "block", text: MODULES.join("\n") });
  }
  const parameters = parametersOf(args, facts);
  if (loader.is === "systemd-boot" && parameters.length > 0)
    edits.set("/etc/kernel/cmdline", { kind: "tokens", tokens: parameters });
  const others = toldToGrub(facts, name).words.map(({ word }) => word);
  const missing = parameters.filter((parameter) => spokenOf(others, parameter)?.is !== "same");
  if (loader.is === "grub" && missing.length > 0)
    edits.set(`/etc/default/grub.d/zz-pve-ops-${slug}.cfg`, { kind: "owned", text: grub(missing) });
  return edits;
}

/** What others than the resource `name` have GRUB tell the kernel. */
export function toldToGrub({ files }: HostFacts, name: string): GrubWords {
  const all = Object.entries(files)
    .filter(([path]) => path === "/etc/default/grub" || path.startsWith("/etc/default/grub.d/"))
    .map(([path, text]) => ({ path, text }))
    .filter(({ text }) => ownerIn(text) !== name);
  return grubWords(all);
}

/** What the kernel is to be told. */
export function parametersOf({ mode, kernelParameters }: Args, { cpu }: HostFacts): readonly string[] {
  if (mode === "off") return [];
  if (mode === "rescue") return CONSOLE;
  // AMD's IOMMU is on by itself.
  const iommu = cpu === "GenuineIntel" ? ["intel_iommu=on", "iommu=pt"] : ["iommu=pt"];
  return [...new Set([...iommu, ...kernelParameters])];
}

function modprobe({ drivers, disableVga }: Args, { devices }: HostFacts, chosen: readonly PciDevice[]): string {
  const back = standingBack(chosen, devices);
  const blacklisted = drivers === "auto" ? back.blacklisted : drivers;
  const ids = [...new Set(chosen.map(({ id }) => id))];
  return lines([
    ...chosen.map(({ address, id, name }) => `# ${address} [${id}]${name ? ` ${name}` : ""}`),
    `options vfio-pci ids=${ids.join(",")}${disableVga ? " disable_vga=1" : ""}`,
    ...[...new Set([...back.after, ...blacklisted])].map((driver) => `softdep ${driver} pre: vfio-pci`),
    ...blacklisted.map((driver) => `blacklist ${driver}`),
  ]);
}

const grub = (parameters: readonly string[]): string =>
  lines([`GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${parameters.join(" ")}"`]);

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

/** A name as it can stand in a file's; two names never become one. */
const slugOf = (name: string): string =>
  [...name].map((char) => (/[A-Za-z0-9.-]/.test(char) ? char : `_${char.codePointAt(0)?.toString(16)}_`)).join("");
