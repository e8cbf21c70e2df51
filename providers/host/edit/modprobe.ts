import { originsIn, type Place } from "./origin.ts";

/** A line of modprobe.d; `_` stands for `-` too in the name of a module, as it does to the kernel. */
export interface ModuleLine {
  readonly command: string;
  /** The module, or what an alias stands for it by. */
  readonly name: string;
  /** The rest: options, the command of an install, the module of an alias; words parted by one blank. */
  readonly value: string;
  readonly at: Place;
}

/** Whether a line keeps its module from being loaded. */
export const keepsOff = ({ command, value }: ModuleLine): boolean =>
  command === "blacklist" || (command === "install" && /^(?:\/usr)?(?:\/bin\/)?(?:false|true)(?: |$)/.test(value));

const KNOWN = ["alias", "blacklist", "install", "options", "remove", "softdep", "weakdep"];

/** What a file of modprobe.d says, line by line; a line that ends with a backslash goes on in the next. */
export function moduleLines(path: string, text: string): ModuleLine[] {
  const origins = originsIn(text);
  return logicalLines(text).flatMap(({ line, text: said }): ModuleLine[] => {
    // To kmod a carriage return is part of a name: with Windows' line ends a module of another name is meant.
    const [command = "", name, ...rest] = said.split(/[ \t]+/).filter((word) => word !== "");
    if (said.startsWith("#") || !KNOWN.includes(command) || name === undefined) return [];
    if (rest.length === 0 && command !== "blacklist") return [];
    const at: Place = { path, line, origin: origins[line - 1] ?? { by: "somebody" } };
    const value = { alias: moduleName(rest[0] ?? ""), blacklist: "" }[command] ?? rest.join(" ");
    return [{ command, name: moduleName(name), value, at }];
  });
}

/** A module's name as the kernel has it. */
const moduleName = (name: string): string => name.replaceAll("-", "_");

/** A module that is loaded at boot. */
interface LoadedModule {
  readonly name: string;
  readonly args: string;
  readonly at: Place;
}

/** What a list of modules says: /etc/modules, one of modules-load.d, or the one of initramfs-tools. */
export function loadedModules(path: string, text: string): LoadedModule[] {
  const origins = originsIn(text);
  return text.split("\n").flatMap((line, n): LoadedModule[] => {
    const [name, ...args] = line.split(/[ \t\r]+/).filter((word) => word !== "");
    if (name === undefined || /^[#;]/.test(name)) return [];
    const own = args.slice(
      0,
      [...args, "#"].findIndex((word) => word.startsWith("#")),
    );
    const at: Place = { path, line: n + 1, origin: origins[n] ?? { by: "somebody" } };
    return [{ name: moduleName(name), args: own.join(" "), at }];
  });
}

/** Lines of a file that are one to kmod, from `line` to `last`, and what it reads there. */
interface LogicalLine {
  readonly line: number;
  readonly last: number;
  readonly text: string;
}

/** kmod joins lines before it looks for a comment: a comment that ends with a backslash takes in the next line. */
export function logicalLines(text: string): LogicalLine[] {
  const joined: LogicalLine[] = [];
  let goesOn = false;
  for (const [n, line] of text.split("\n").entries()) {
    const before = goesOn ? joined.pop() : undefined;
    goesOn = /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
    const own = (goesOn ? line.slice(0, -1) : line).replaceAll(/\\(.)/gs, "$1");
    joined.push({ line: before?.line ?? n + 1, last: n + 1, text: `${before?.text ?? ""}${own}` });
  }
  return joined;
}
