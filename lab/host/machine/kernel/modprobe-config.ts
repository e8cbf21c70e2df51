import type { Files } from "../files.ts";
import { moduleName } from "../modules.ts";
import { listed, type Parameter } from "./parameters.ts";

/** What modprobe goes by: what is in modprobe.d and what the kernel's command line says to it. */
export interface ModprobeConfig {
  readonly blacklist: ReadonlySet<string>;
  /** Each module's options, as `name=value` or `name`, in their order. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly softdeps: ReadonlyMap<string, { readonly pre: readonly string[]; readonly post: readonly string[] }>;
  /** The command that is run instead of loading a module. */
  readonly install: ReadonlyMap<string, string>;
}

const FOLDERS = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/lib/modprobe.d"];

/** The files that modprobe reads, by path: of one name the first folder's counts, and all in the order of their names. */
export function modprobeFiles(files: Files): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const name of files.list(folder))
      if (name.endsWith(".conf") && !found.has(name)) found.set(name, `${folder}/${name}`);
  const sorted = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([, path]) => [path, files.read(path) ?? ""]));
}

/** The lines that count, those that go on with a backslash as one. */
const linesOf = (text: string): readonly (readonly string[])[] =>
  text
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/\s+/));

/** What such files and a command line say together. */
export function modprobeConfig(
  texts: Readonly<Record<string, string>>,
  parameters: readonly Parameter[],
): ModprobeConfig {
  const blacklist = new Set(listed(parameters, "modprobe.blacklist").map(moduleName));
  const options = new Map<string, string[]>();
  const softdeps = new Map<string, { pre: string[]; post: string[] }>();
  const install = new Map<string, string>();
  for (const [command, written = "", ...rest] of Object.values(texts).flatMap(linesOf)) {
    const module = moduleName(written);
    if (command === "blacklist") blacklist.add(module);
    else if (command === "options") options.set(module, [...(options.get(module) ?? []), ...rest]);
    else if (command === "install") install.set(module, rest.join(" "));
    else if (command === "softdep") softdeps.set(module, softdep(rest));
  }
  for (const { name, value } of parameters) {
    const [, written, option] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
    if (written === undefined || option === undefined || written === "modprobe") continue;
    options.set(written, [...(options.get(written) ?? []), value === undefined ? option : `${option}=${value}`]);
  }
  return { blacklist, options, softdeps, install };
}

function softdep(words: readonly string[]): { pre: string[]; post: string[] } {
  const found: { pre: string[]; post: string[] } = { pre: [], post: [] };
  let into: string[] | undefined;
  for (const word of words) {
    if (word === "pre:") into = found.pre;
    else if (word === "post:") into = found.post;
    else into?.push(moduleName(word));
  }
  return found;
}
