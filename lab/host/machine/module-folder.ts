import { modules, neededBy } from "./modules.ts";

/** `lib/modules/<kernel>`, as far as programs of hosts look into it, by path below `/usr`. */
export function moduleFolder(kernel: string): Readonly<Record<string, string>> {
  const file = (name: string) => `kernel/${modules[name]?.path}/${name.replaceAll("_", "-")}.ko`;
  const names = Object.keys(modules);
  const loadable = names.filter((name) => !modules[name]?.builtIn);
  const folder = `lib/modules/${kernel}`;
  return {
    [`${folder}/modules.dep`]: loadable
      .map((name) => `${file(name)}: ${neededBy(name).toReversed().map(file).join(" ")}\n`)
      .join(""),
    [`${folder}/modules.builtin`]: names
      .filter((name) => modules[name]?.builtIn)
      .map((name) => `${file(name)}\n`)
      .join(""),
    [`${folder}/modules.order`]: loadable.map((name) => `${file(name)}\n`).join(""),
  };
}
