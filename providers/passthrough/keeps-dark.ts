import { keepsOff, type ModuleLine } from "../host/edit/modprobe.ts";
import { originsIn, type Place } from "../host/edit/origin.ts";
import { keyOf } from "../host/edit/parameter.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { bootLoaderOf } from "./boot-loader.ts";
import { consoleDriversOf } from "./drivers.ts";
import { consolesOf } from "./headless.ts";
import { wordsInFiles } from "./kernel-words.ts";
import { handedOnByOthers, idsHandedOn, modprobeLines } from "./vfio-ids.ts";

/** What would leave a display without driver, or without a console, at the next start. */
interface KeepsDark {
  readonly at: Place;
  /** As it stands there. */
  readonly said: string;
  /** What comes of it. */
  readonly why: string;
  /** Whether it is a line of modprobe.d, which can be muted. */
  readonly isLine: boolean;
}

/** What others than the resource `name` have that would keep a display of the host dark. Pure. */
export function keepsDark(host: HostFacts, name: string): KeepsDark[] {
  const told = wordsInFiles(host, bootLoaderOf(host), name);
  const ids = handedOnByOthers(host, bootLoaderOf(host), name)
    .filter(({ ids }) => displaysOf(ids, host).length > 0)
    .map(({ at, said, ids, isOption }) => ({
      at,
      said: isOption ? `options vfio-pci ${said}` : said,
      why: `vfio-pci takes ${displaysOf(ids, host).map(addressOf).join(", ")}`,
      isLine: isOption,
    }));
  const lines = modprobeLines(host)
    .filter((line) => isKeptOff(line, host) && !isOf(line.at, name))
    .map(({ command, name: driver, value, at }) => ({
      at,
      said: [command, driver, value].filter(Boolean).join(" "),
      why: `${driver} is kept off, which a display needs`,
      isLine: true,
    }));
  const words = told.flatMap(({ word, at }) => {
    const why = wordKeepsDark(word, host);
    return why === undefined ? [] : [{ at, said: word, why, isLine: false }];
  });
  return [...ids, ...lines, ...words, ...scriptsOf(host, name)];
}

/** Whether a line of modprobe.d keeps a display of the host dark. */
export const isDark =
  (host: HostFacts) =>
  (line: ModuleLine): boolean =>
    displaysOf(idsHandedOn(line), host).length > 0 || isKeptOff(line, host);

const needed = (host: HostFacts): ReadonlySet<string> => new Set(consolesOf(host).flatMap(consoleDriversOf));

const isKeptOff = (line: ModuleLine, host: HostFacts): boolean => needed(host).has(line.name) && keepsOff(line);

/**
 * `nomodeset` is none of them: drivers then leave a display alone, and the console stays on the firmware's picture. What
 * takes that picture away is.
 */
function wordKeepsDark(word: string, host: HostFacts): string | undefined {
  const [key, value] = [keyOf(word), word.slice(word.indexOf("=") + 1).replaceAll('"', "")];
  const items = value.replaceAll("-", "_").split(",");
  const off = items.filter((item) => needed(host).has(item));
  if ((key === "module_blacklist" || key === "modprobe.blacklist") && off.length > 0)
    return `${off.join(", ")} is kept off, which a display needs`;
  const takesPicture =
    (key === "video" && /^(?:efifb|vesafb|simplefb):off\b/.test(value)) ||
    (key === "initcall_blacklist" && items.includes("sysfb_init"));
  if (key === "fbcon" && /^map:[1-9]/.test(value))
    return "the console is not on the first display, and on none where there is one alone";
  return takesPicture ? "the firmware's picture is no console" : undefined;
}

/** Scripts of the initramfs that bind devices by where they are; which ones, only a shell could tell. */
const scriptsOf = ({ files }: HostFacts, name: string): KeepsDark[] =>
  Object.entries(files)
    .filter(([path]) => path.startsWith("/etc/initramfs-tools/scripts/init-top/"))
    .flatMap(([path, text]) => {
      const [lines, origins] = [text.split("\n"), originsIn(text)];
      const line = lines.findIndex((one) => !/^\s*#/.test(one) && one.includes("driver_override"));
      const at: Place = { path, line: line + 1, origin: origins[line] ?? { by: "somebody" } };
      if (line < 0 || isOf(at, name)) return [];
      return [{ at, said: lines[line]?.trim() ?? "", why: "it gives devices to a driver by address", isLine: false }];
    });

const displaysOf = (ids: readonly string[], host: HostFacts): PciDevice[] =>
  consolesOf(host).filter(({ id }) => ids.includes(id));

const isOf = ({ origin }: Place, name: string): boolean => origin.by === "us" && origin.name === name;
const addressOf = ({ address }: PciDevice): string => address;
