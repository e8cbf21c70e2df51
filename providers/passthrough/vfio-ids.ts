import { loadedModules, type ModuleLine, moduleLines } from "../host/edit/modprobe.ts";
import type { Place } from "../host/edit/origin.ts";
import { keyOf } from "../host/edit/parameter.ts";
import type { HostFacts } from "../host/host-facts.ts";
import type { BootLoader } from "./boot-loader.ts";
import { wordsInFiles } from "./kernel-words.ts";

/** Something that hands devices to vfio-pci by their ids. */
export interface HandsOn {
  readonly at: Place;
  /** As it stands there. */
  readonly said: string;
  readonly ids: readonly string[];
  /** Whether a line of modprobe.d says it, which can be muted. */
  readonly isOption: boolean;
}

/** All that others than the resource `name` hand to vfio-pci at the next start. */
export function handedOnByOthers(host: HostFacts, loader: BootLoader, name: string): HandsOn[] {
  const options = modprobeLines(host).map((line) => ({
    ...line,
    said: line.value,
    ids: idsHandedOn(line),
    isOption: true,
  }));
  const listed = listedModules(host)
    .filter((module) => module.name === "vfio_pci")
    .map(({ at, args }) => ({ at, said: `vfio_pci ${args}`, ids: idsIn(args), isOption: false }));
  const told = wordsInFiles(host, loader, name)
    .filter(({ word }) => keyOf(word) === "vfio_pci.ids")
    .map(({ word, at }) => ({ at, said: word, ids: idsIn(word), isOption: false }));
  return [...options, ...listed, ...told]
    .filter(({ ids, at: { origin } }) => ids.length > 0 && !(origin.by === "us" && origin.name === name))
    .map(({ at, said, ids, isOption }) => ({ at, said, ids, isOption }));
}

/** The ids that a line of modprobe.d hands to vfio-pci. */
export const idsHandedOn = ({ command, name, value }: ModuleLine): string[] =>
  command === "options" && name === "vfio_pci" ? idsIn(value) : [];

/** Each line of modprobe.d that is in effect. */
export const modprobeLines = ({ files }: HostFacts): ModuleLine[] =>
  Object.entries(files)
    .filter(([path]) => path.startsWith("/etc/modprobe.d/"))
    .flatMap(([path, text]) => moduleLines(path, text));

/** What is loaded at boot, by the host's lists of modules. */
export const listedModules = ({ files }: HostFacts): ReturnType<typeof loadedModules> =>
  Object.entries(files)
    .filter(([path]) => /^\/etc\/(?:modules$|initramfs-tools\/modules$|modules-load\.d\/)/.test(path))
    .flatMap(([path, text]) => loadedModules(path, text));

/** `vendor:device` of each, as lspci has it: `0x` may stand before both, and subsystem and class behind. */
export const idsIn = (text: string): string[] =>
  [...text.matchAll(/(?:^|[\s"]|\.)ids=([^\s"]+)/g)].flatMap(([, list = ""]) =>
    list
      .split(",")
      .map((id) => id.toLowerCase().replaceAll("0x", "").split(":").slice(0, 2).join(":"))
      .filter((id) => id !== ""),
  );
