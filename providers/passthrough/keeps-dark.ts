import { keepsOff, type ModuleLine } from "../host/edit/modprobe.ts";
import { originsIn, type Place } from "../host/edit/origin.ts";
import { keyOf } from "../host/edit/parameter.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { bootLoaderOf } from "./boot-loader.ts";
import { consoleDriversOf } from "./drivers.ts";
import { consolesOf } from "./headless.ts";
import { keptOffIn, wordsInFiles } from "./kernel-words.ts";
import { isOutdone } from "./rescue-words.ts";
import { handedOnByOthers, modprobeLines } from "./vfio-ids.ts";

/** What would leave a display without driver, or without a console, at the next start. */
interface KeepsDark {
  readonly at: Place;
  /** As it stands there. */
  readonly said: string;
  /** What comes of it. */
  readonly why: string;
  /** What stays dark by it. */
  readonly displays: readonly PciDevice[];
  /** Whether it is a line of modprobe.d, which can be muted. */
  readonly isLine: boolean;
}

/**
 * What others than the resource `name` have that would keep a display of the host dark; beside a rescue, whose own words
 * come last, or as it is. Pure.
 */
export function keepsDark(host: HostFacts, name: string, beside: "rescue" | "nothing" = "nothing"): KeepsDark[] {
  const told = wordsInFiles(host, bootLoaderOf(host), name);
  const ids = handedOnByOthers(host, bootLoaderOf(host), name)
    .filter(({ ids, isOption }) => displaysOf(ids, host).length > 0 && (isOption || beside !== "rescue"))
    .map(({ at, said, ids, isOption }) => ({
      at,
      said: isOption ? `options vfio-pci ${said}` : said,
      why: `vfio-pci takes ${displaysOf(ids, host).map(addressOf).join(", ")}`,
      displays: displaysOf(ids, host),
      isLine: isOption,
    }));
  const lines = modprobeLines(host)
    .filter((line) => isKeptOff(line, host) && !isOf(line.at, name))
    .map(({ command, name: driver, value, at }) => ({
      at,
      said: [command, driver, value].filter(Boolean).join(" "),
      why: `${driver} is kept off, which a display needs`,
      displays: showingBy([driver], host),
      isLine: true,
    }));
  const words = told.flatMap(({ word, at }) => {
    const dark = beside === "rescue" && isOutdone(word) ? undefined : wordKeepsDark(word, host, beside);
    return dark === undefined ? [] : [{ at, said: word, ...dark, isLine: false }];
  });
  return [...ids, ...lines, ...words, ...scriptsOf(host, name)];
}

/** The displays that show a console by one of these drivers. */
const showingBy = (drivers: readonly string[], host: HostFacts): PciDevice[] =>
  consolesOf(host).filter((display) => consoleDriversOf(display).some((driver) => drivers.includes(driver)));

const isKeptOff = (line: ModuleLine, host: HostFacts): boolean =>
  showingBy([line.name], host).length > 0 && keepsOff(line);

/**
 * `nomodeset` is none of them: drivers then leave a display alone, and the console stays on the firmware's picture. What
 * takes that picture away is.
 */
function wordKeepsDark(
  word: string,
  host: HostFacts,
  beside: "rescue" | "nothing",
): Pick<KeepsDark, "why" | "displays"> | undefined {
  const [key, value] = [keyOf(word), word.slice(word.indexOf("=") + 1).replaceAll('"', "")];
  const off = keptOffIn(word).filter((driver) => showingBy([driver], host).length > 0);
  if (off.length > 0)
    return { why: `${off.join(", ")} is kept off, which a display needs`, displays: showingBy(off, host) };
  const takesPicture =
    (key === "video" && (beside === "rescue" ? isBiosPictureOff(value, host) : PICTURE_OFF.test(value))) ||
    (key === "initcall_blacklist" && value.split(",").includes("sysfb_init"));
  const displays = consolesOf(host);
  if (key === "fbcon" && /^map:[1-9]/.test(value))
    return { why: "the console is not on the first display, and on none where there is one alone", displays };
  return takesPicture ? { why: "the firmware's picture is no console", displays } : undefined;
}

const PICTURE_OFF = /^(?:efifb|vesafb|simplefb):off\b/;

/** What the words of a rescue do not outdo. */
const isBiosPictureOff = (value: string, { firmware }: HostFacts): boolean =>
  firmware === "bios" && value.startsWith("vesafb:off");

/** Scripts of the initramfs that bind devices by where they are; which ones, only a shell could tell. */
const scriptsOf = (host: HostFacts, name: string): KeepsDark[] =>
  Object.entries(host.files)
    .filter(([path]) => path.startsWith("/etc/initramfs-tools/scripts/init-top/"))
    .flatMap(([path, text]) => {
      const [lines, origins] = [text.split("\n"), originsIn(text)];
      const line = lines.findIndex((one) => !/^\s*#/.test(one) && one.includes("driver_override"));
      const at: Place = { path, line: line + 1, origin: origins[line] ?? { by: "somebody" } };
      if (line < 0 || isOf(at, name)) return [];
      const why = "it gives devices to a driver by address";
      return [{ at, said: lines[line]?.trim() ?? "", why, displays: consolesOf(host), isLine: false }];
    });

const displaysOf = (ids: readonly string[], host: HostFacts): PciDevice[] =>
  consolesOf(host).filter(({ id }) => ids.includes(id));

const isOf = ({ origin }: Place, name: string): boolean => origin.by === "us" && origin.name === name;
const addressOf = ({ address }: PciDevice): string => address;
