import { keyOf } from "../host/edit/parameter.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { bootLoaderOf } from "./boot-loader.ts";
import { consoleDriversOf } from "./drivers.ts";
import { consolesOf } from "./headless.ts";
import { keptOffIn, wordsInFiles } from "./kernel-words.ts";
import { handedOnByOthers } from "./vfio-ids.ts";

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
export function rescueWords(name: string, host: HostFacts): string[] {
  const loader = bootLoaderOf(host);
  const displays = consolesOf(host);
  const handed = handedOnByOthers(host, loader, name)
    .filter(({ isOption, ids }) => !isOption && displays.some(({ id }) => ids.includes(id)))
    .map(({ said }) => (keyOf(said) === keyOf(IDS) ? "told" : "listed"));
  const theirs = keptOffIn(
    wordsInFiles(host, loader, name).findLast(({ word }) => keyOf(word) === KEPT_OFF)?.word ?? "",
  );
  const stays = theirs.filter((module) => !displays.some((display) => consoleDriversOf(display).includes(module)));
  // What a list of modules says of it comes after all others: then it must not be loaded at all.
  const keptOff = handed.includes("listed") ? [...stays, "vfio_pci"] : stays;
  return [
    ...CONSOLE,
    ...(handed.includes("told") ? [`${IDS}=`] : []),
    ...(keptOff.join() === theirs.join() ? [] : [`${KEPT_OFF}=${keptOff.join(",")}`]),
  ];
}
