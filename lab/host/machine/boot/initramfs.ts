import { z } from "zod";
import type { Files } from "../files.ts";
import { modprobeConfig, modprobeFiles } from "../kernel/modprobe-config.ts";
import { lastOf, parametersOf } from "../kernel/parameters.ts";
import type { Machine } from "../machine.ts";
import { moduleName, modules, neededBy } from "../modules.ts";

const MAGIC = "initramfs of the lab\n";

/** What an initramfs holds. It stands there as text: nobody unpacks it but the lab. */
const Image = z.object({
  kernel: z.string(),
  /** The modules that are in it. */
  has: z.array(z.string()),
  /** Those that it loads, each with its options, as `/etc/initramfs-tools/modules` names them. */
  loads: z.array(z.string()),
  /** What it has of modprobe.d, by path. */
  modprobe: z.record(z.string(), z.string()),
  /** Its scripts that run first, by path. */
  scripts: z.record(z.string(), z.string()),
});
export type Image = z.output<typeof Image>;

/** The modules' names in a list of them: a name a line, with options. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");

const FIRST = "/etc/initramfs-tools/scripts/init-top";

/** What mkinitramfs makes of a host's files. */
export function newImage(files: Files, machine: Machine, kernel: string): Image {
  const loads = linesOf(files.read("/etc/initramfs-tools/modules") ?? "");
  const modprobe = modprobeFiles(files);
  const { softdeps } = modprobeConfig(modprobe, []);
  const kind = lastOf(parametersOf(files.read("/etc/initramfs-tools/initramfs.conf") ?? ""), "MODULES") ?? "most";
  const wanted = [...chosen(machine, kind), ...loads.map((line) => moduleName(line.split(/\s/)[0] ?? ""))];
  // Whatever softdep says has to be there too comes along.
  const withSoft = wanted.flatMap((name) => [...(softdeps.get(name)?.pre ?? []), name]);
  const has = new Set(withSoft.filter((name) => modules[name]).flatMap((name) => [...neededBy(name), name]));
  const scripts = Object.fromEntries(
    files.list(FIRST).map((name) => [`${FIRST}/${name}`, files.read(`${FIRST}/${name}`) ?? ""]),
  );
  return { kernel, has: [...has].toSorted(), loads: [...loads], modprobe, scripts };
}

function chosen(machine: Machine, kind: string): readonly string[] {
  if (kind === "list") return [];
  if (kind === "most") return Object.keys(modules).filter((name) => modules[name]?.early);
  const disk = machine.devices.find(({ serves }) => serves === "disk");
  return [...(disk?.modules ?? []), ...(machine.root === "zfs" ? ["zfs"] : [])];
}

export const imageText = (image: Image): string => `${MAGIC}${JSON.stringify(image, null, 1)}\n`;

/** What is in an image; none where it is no whole one. */
export function imageOf(text: string | undefined): Image | undefined {
  if (!text?.startsWith(MAGIC)) return undefined;
  try {
    return Image.safeParse(JSON.parse(text.slice(MAGIC.length))).data;
  } catch {
    return undefined;
  }
}
