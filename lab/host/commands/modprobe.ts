import type { Answer, Command } from "../command.ts";
import { hostMachine } from "../machine/host-machine.ts";
import type { Kernel } from "../machine/kernel/kernel.ts";
import { type ModprobeConfig, modprobeConfig, modprobeFiles } from "../machine/kernel/modprobe-config.ts";
import { moduleName, modules, neededBy } from "../machine/modules.ts";
import { failed, parsed } from "./arguments.ts";

const OPTIONS = {
  all: { type: "boolean", short: "a" },
  remove: { type: "boolean", short: "r" },
  "dry-run": { type: "boolean", short: "n" },
  showconfig: { type: "boolean", short: "c" },
  "show-depends": { type: "boolean", short: "D" },
  "ignore-install": { type: "boolean", short: "i" },
  "use-blacklist": { type: "boolean", short: "b" },
  quiet: { type: "boolean", short: "q" },
  verbose: { type: "boolean", short: "v" },
} as const;

export const modprobe: Command = ({ host, argv }): Answer => {
  const machine = hostMachine(host);
  const found = parsed("modprobe", argv, OPTIONS);
  if (!found.ok) return found.answer;
  const { values, positionals } = found;
  const { kernel } = machine;
  if (!kernel) return failed("modprobe: the host is down");
  const texts = modprobeFiles(machine.files);
  const config = modprobeConfig(texts, kernel.parameters);
  if (values.showconfig) return { stdout: shown(texts) };
  const [first, ...rest] = positionals;
  if (first === undefined) return failed("modprobe: ERROR: missing parameters. See -h.");
  const names = values.all ? positionals : [first];
  for (const name of names) {
    const known = modules[moduleName(name)];
    if (!known) return values.quiet ? { code: 1 } : failed(notFound(name, kernel));
    if (values["show-depends"]) return { stdout: insertions(moduleName(name), kernel, config) };
    if (values["use-blacklist"] && config.blacklist.has(moduleName(name))) continue;
    if (values["dry-run"]) continue;
    const usable = values["ignore-install"] ? { ...config, install: new Map<string, string>() } : config;
    const refusal = values.remove
      ? machine.change((running) => taken(running, moduleName(name)))
      : machine.change((running) => put(running, name, usable, values.all ? [] : rest));
    if (refusal !== undefined) return failed(refusal);
  }
  return {};
};

export const rmmod: Command = ({ host, argv }): Answer => {
  for (const name of argv.filter((word) => !word.startsWith("-"))) {
    const refusal = hostMachine(host).change((running) => taken(running, moduleName(name)));
    if (refusal !== undefined) return failed(refusal.replace("modprobe: FATAL:", "rmmod: ERROR:"));
  }
  return {};
};

function put(kernel: Kernel, name: string, config: ModprobeConfig, options: readonly string[]): string | undefined {
  const loaded = kernel.load(name, { config, options });
  if (loaded === "refused") return `modprobe: ERROR: could not insert '${moduleName(name)}': Operation not permitted`;
  if (loaded !== "not installed" || /\/true\b/.test(config.install.get(moduleName(name)) ?? "")) return undefined;
  return `modprobe: ERROR: ../libkmod/libkmod-module.c:1047 command_do() Error running install command '${config.install.get(moduleName(name))}' for module ${moduleName(name)}: retcode 1
modprobe: ERROR: could not insert '${moduleName(name)}': Invalid argument`;
}

function taken(kernel: Kernel, name: string): string | undefined {
  if (modules[name]?.builtIn) return `modprobe: FATAL: Module ${name} is builtin.`;
  if (!kernel.modules.has(name)) return undefined;
  if (!kernel.unload(name)) return `modprobe: FATAL: Module ${name} is in use.`;
  // What only that one had needed goes with it.
  for (const needed of neededBy(name).toReversed()) if (kernel.modules.has(needed)) kernel.unload(needed);
  return undefined;
}

const notFound = (name: string, { version }: Kernel): string =>
  `modprobe: FATAL: Module ${name} not found in directory /lib/modules/${version}`;

const fileOf = (name: string, { version }: Kernel): string =>
  `/lib/modules/${version}/kernel/${modules[name]?.path}/${name.replaceAll("_", "-")}.ko`;

function insertions(name: string, kernel: Kernel, config: ModprobeConfig): string {
  const soft = config.softdeps.get(name)?.pre ?? [];
  const wanted = [...soft.flatMap((one) => [...neededBy(one), one]), ...neededBy(name), name].filter(
    (one) => modules[one],
  );
  return [...new Set(wanted)]
    .map((one) => {
      if (modules[one]?.builtIn) return `builtin ${one}\n`;
      const command = config.install.get(one);
      if (command !== undefined) return `install ${command}\n`;
      return `insmod ${fileOf(one, kernel)} ${(config.options.get(one) ?? []).join(" ")}\n`;
    })
    .join("");
}

/** The configuration, a line each, as `modprobe -c` begins. */
const shown = (texts: Readonly<Record<string, string>>): string =>
  Object.values(texts)
    .flatMap((text) => text.replaceAll(/\\\n/g, " ").split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [command = "", name = "", ...rest] = line.split(/\s+/);
      return `${[command, moduleName(name), ...rest].join(" ")}\n`;
    })
    .join("");

export const modinfo: Command = ({ host, argv }): Answer => {
  const kernel = hostMachine(host).kernel;
  const field = argv[0] === "-F" || argv[0] === "--field" ? argv[1] : argv[0] === "-n" ? "filename" : undefined;
  const written = argv.findLast((word) => !word.startsWith("-")) ?? "";
  const name = moduleName(written);
  const module = modules[name];
  if (!kernel) return failed("modinfo: the host is down");
  if (!module) return failed(`modinfo: ERROR: Module ${written} not found.`);
  const fields: readonly (readonly [string, string])[] = [
    ["filename", module.builtIn ? "(builtin)" : fileOf(name, kernel)],
    ["license", "GPL"],
    ["description", module.description],
    ["depends", neededBy(name).join(",")],
    ["retpoline", "Y"],
    ["intree", "Y"],
    ["name", name],
    ["vermagic", `${kernel.version} SMP preempt mod_unload modversions `],
  ];
  if (field !== undefined)
    return {
      stdout: fields
        .filter(([key]) => key === field)
        .map(([, value]) => `${value}\n`)
        .join(""),
    };
  return { stdout: fields.map(([key, value]) => `${`${key}:`.padEnd(16)}${value}\n`).join("") };
};

export const lsmod: Command = ({ host }): Answer => {
  const kernel = hostMachine(host).kernel;
  if (!kernel) return failed("lsmod: the host is down");
  const names = [...kernel.modules.keys()].toReversed();
  const line = (name: string) => {
    const users = names.filter((other) => neededBy(other).includes(name));
    return `${name.padEnd(20)} ${"65536".padStart(8)}  ${users.length}${users.length === 0 ? "" : ` ${users.join(",")}`}\n`;
  };
  return { stdout: `Module                  Size  Used by\n${names.map(line).join("")}` };
};
