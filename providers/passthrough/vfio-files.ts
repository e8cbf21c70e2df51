import type { Edit } from "../host/edit/edit.ts";
import { isSaidIn } from "../host/edit/parameter.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { isAdopted, muting } from "./adoption.ts";
import type { BootLoader } from "./boot-loader.ts";
import { isDark } from "./dark-lines.ts";
import { earlyScript, INIT_TOP } from "./early-script.ts";
import { iommuParameters } from "./iommu.ts";
import { CMDLINE, wordsInFiles } from "./kernel-words.ts";
import { modprobeText } from "./modprobe-text.ts";
import { rescueWords } from "./rescue-words.ts";
import type { Args } from "./vfio-host-config.args.ts";

const MODULES = ["vfio", "vfio_iommu_type1", "vfio_pci"];

/** What is to stand in the host's files, by path. */
export function vfioFiles(
  name: string,
  args: Args,
  facts: HostFacts,
  chosen: readonly PciDevice[],
  loader: BootLoader,
): Map<string, Edit> {
  const edits = new Map<string, Edit>();
  const paths = ownPaths(name);
  if (!args.persist) return edits;
  if (args.mode === "passthrough" && chosen.length > 0) {
    edits.set(paths.modprobe, { kind: "owned", text: modprobeText(args, facts, chosen) });
    edits.set("/etc/initramfs-tools/modules", { kind: "block", text: MODULES.join("\n") });
    if (args.bind === "address") edits.set(paths.script, { kind: "owned", text: earlyScript(chosen), script: true });
  }
  const adopted = { passthrough: isAdopted(chosen), rescue: isDark(facts), off: undefined }[args.mode];
  if (args.adopt && adopted) for (const [path, edit] of muting(facts, adopted)) edits.set(path, edit);
  const parameters = parametersOf(name, args, facts);
  const last = args.mode === "rescue" ? ({ last: true } as const) : {};
  if (loader.is === "systemd-boot" && parameters.length > 0)
    edits.set(CMDLINE, { kind: "tokens", tokens: parameters, ...last });
  const others = wordsInFiles(facts, loader, name).map(({ word }) => word);
  // Of a console the last one counts, so what others say before does not do for a rescue.
  const isMissing = (parameter: string) => args.mode === "rescue" || !isSaidIn(others, parameter);
  const missing = parameters.filter(isMissing);
  if (loader.is === "grub" && missing.length > 0) edits.set(paths.grub, { kind: "owned", text: grubText(missing) });
  return edits;
}

/** What the kernel is to be told. */
export function parametersOf(
  name: string,
  { mode, iommu, kernelParameters, adopt }: Args,
  facts: HostFacts,
): readonly string[] {
  if (mode === "off") return [];
  if (mode === "rescue") return rescueWords(name, adopt, facts);
  return [...new Set([...(iommu === "auto" ? iommuParameters(facts) : []), ...kernelParameters])];
}

/** The files that are wholly a resource's. */
export function ownPaths(name: string): { modprobe: string; script: string; grub: string } {
  const slug = slugOf(name);
  return {
    modprobe: `/etc/modprobe.d/pve-ops-${slug}.conf`,
    script: `${INIT_TOP}/pve-ops-${slug}`,
    grub: `/etc/default/grub.d/zz-pve-ops-${slug}.cfg`,
  };
}

const grubText = (parameters: readonly string[]): string =>
  `GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${parameters.join(" ")}"\n`;

/** A name as it can stand in a file's; two names never become one. */
const slugOf = (name: string): string =>
  [...name].map((char) => (/[A-Za-z0-9.-]/.test(char) ? char : `_${char.codePointAt(0)?.toString(16)}_`)).join("");
