import { moduleLines } from "../host/edit/modprobe.ts";
import { keyOf } from "../host/edit/parameter.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { muting } from "./adoption.ts";
import { bootLoaderOf } from "./boot-loader.ts";
import { isDark } from "./dark-lines.ts";
import { rescuedDriversOf } from "./drivers.ts";
import { consolesOf } from "./headless.ts";
import { wordsInFiles } from "./kernel-words.ts";
import { handedOnByOthers, idsHandedOn, idsIn } from "./vfio-ids.ts";

// Never fbcon=map:1: with one frame buffer nothing is drawn any more (docs/adr/008).
const CONSOLE = ["video=efifb:force", "console=tty1"];
/** Of two of these the kernel goes by the last. */
const IDS = "vfio-pci.ids";
const KEPT_OFF = "module_blacklist";

/** Whether it is a word of others' that counts for nothing beside a rescue's. */
export const isOutdone = (word: string): boolean => [keyOf(IDS), KEPT_OFF].includes(keyOf(word));

/** Whether words of a kernel are those of a rescue. */
export const areOfRescue = (words: readonly string[]): boolean =>
  words.filter((word) => !isOutdone(word)).join(" ") === CONSOLE.join(" ");

/** What a rescue says to the kernel at the end of its line, so that nothing counts by which others have a display dark. */
export function rescueWords(name: string, adopt: boolean, host: HostFacts): string[] {
  const loader = bootLoaderOf(host);
  const displays = consolesOf(host);
  const isDisplay = (id: string) => displays.some((display) => display.id === id);
  const told = wordsInFiles(host, loader, name).map(({ word }) => word);
  const isListed = handedOnByOthers(host, loader, name).some(
    ({ isOption, said, ids }) => !isOption && keyOf(said) !== keyOf(IDS) && ids.some(isDisplay),
  );
  const ids = itemsOf(told, IDS);
  const muted = adopt ? mutedIds(host) : [];
  const modules = itemsOf(told, KEPT_OFF);
  const drivers = displays.flatMap(rescuedDriversOf);
  return [
    ...CONSOLE,
    // What is no display stays handed on: a guest's disks must not come to the host.
    ...instead(IDS, ids, [...new Set([...ids, ...muted].filter((id) => !idsIn(`ids=${id}`).some(isDisplay)))]),
    // What a list of modules says of vfio-pci comes after all others: then it must not be loaded at all.
    ...instead(KEPT_OFF, modules, [
      ...new Set([...modules.filter((module) => !drivers.includes(module)), ...(isListed ? ["vfio_pci"] : [])]),
    ]),
  ];
}

/** What a rescue mutes hands on as well. */
const mutedIds = (host: HostFacts): string[] =>
  muting(host, isDark(host)).flatMap(([path, edit]) =>
    edit.kind === "muted" ? moduleLines(path, edit.lines.join("\n")).flatMap(idsHandedOn) : [],
  );

const instead = (key: string, theirs: readonly string[], wanted: readonly string[]): string[] =>
  wanted.join() === theirs.join() ? [] : [`${key}=${wanted.join(",")}`];

/** The items of the last word of that name, as they stand there: neither id nor module has other characters. */
function itemsOf(words: readonly string[], key: string): string[] {
  const word = words.findLast((one) => keyOf(one) === keyOf(key)) ?? "";
  const value = word.slice(word.indexOf("=") + 1).replaceAll('"', "");
  return value.split(",").filter((item) => /^[\w:-]+$/.test(item));
}
