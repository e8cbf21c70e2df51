import type { Files } from "../files.ts";
import type { Machine } from "../machine.ts";
import { type GrubEntry, grubEntries } from "./grub-cfg.ts";

/** What a boot loader starts. */
interface Start {
  readonly kernel: string;
  readonly cmdline: string;
  /** What the file of the initramfs holds. */
  readonly initramfs: string | undefined;
}

/** Why a boot loader starts nothing. */
interface Stuck {
  readonly stuck: string;
}

/** Where the lab keeps what is on an ESP: a real one is mounted only by who writes to it. */
export const espFolder = (uuid: string): string => `/boot/.esp/${uuid}`;

/** What the loader of a machine would start now. */
export function nextStart(machine: Machine, files: Files): Start | Stuck {
  if (machine.boot === "grub") return byGrub(files, "/boot/grub", (path) => path);
  const esp = files.list("/boot/.esp").map((uuid) => `/boot/.esp/${uuid}`)[0];
  if (esp === undefined) return { stuck: "the firmware finds no ESP to start from" };
  return machine.boot === "systemd-boot"
    ? bySystemdBoot(files, esp)
    : byGrub(files, `${esp}/grub`, (path) => `${esp}${path}`);
}

function byGrub(files: Files, folder: string, at: (path: string) => string): Start | Stuck {
  const text = files.read(`${folder}/grub.cfg`);
  if (text === undefined) return { stuck: `GRUB finds no ${folder}/grub.cfg and waits at its prompt` };
  const entries = grubEntries(text);
  const chosen = chosenEntry(text, files.read(`${folder}/grubenv`) ?? "", entries);
  if (!chosen) return { stuck: "GRUB's menu is empty" };
  const file = at(chosen.linux);
  if (files.read(file) === undefined) return { stuck: `error: file '${chosen.linux}' not found` };
  return {
    kernel: chosen.linux.replace(/^.*vmlinuz-/, ""),
    cmdline: [`BOOT_IMAGE=${chosen.linux}`, ...chosen.options].join(" "),
    initramfs: chosen.initrd === undefined ? undefined : files.read(at(chosen.initrd)),
  };
}

function chosenEntry(text: string, env: string, entries: readonly GrubEntry[]): GrubEntry | undefined {
  const said = (name: string) => new RegExp(`^${name}=(.+)$`, "m").exec(env)?.[1];
  const fixed = [...text.matchAll(/^\s*set default="([^"]*)"/gm)].map(([, value = ""]) => value);
  const saved = fixed.some((value) => value.includes("saved_entry")) ? said("saved_entry") : undefined;
  const wanted = said("next_entry") ?? saved ?? fixed.findLast((value) => !value.includes("$")) ?? "0";
  // An entry of a submenu is named with it: `submenu>entry`.
  const own = wanted.split(">").at(-1);
  return (
    entries.find(({ id, title }) => wanted === id || wanted === title || own === id || own === title) ??
    (/^\d+$/.test(wanted) ? entries.filter(({ depth }) => depth === 0)[Number(wanted)] : undefined) ??
    entries[0]
  );
}

function bySystemdBoot(files: Files, esp: string): Start | Stuck {
  const folder = `${esp}/loader/entries`;
  const settings = files.read(`${esp}/loader/loader.conf`) ?? "";
  const pattern = /^default\s+(\S+)/m.exec(settings)?.[1] ?? "*";
  const fits = new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}(?:\\.conf)?$`,
  );
  const names = files.list(folder).filter((name) => name.endsWith(".conf"));
  const newest =
    names
      .filter((name) => fits.test(name))
      .toSorted(byVersion)
      .at(-1) ?? names.toSorted(byVersion).at(-1);
  if (newest === undefined) return { stuck: "systemd-boot has no entry to start" };
  const entry = files.read(`${folder}/${newest}`) ?? "";
  const said = (key: string) => new RegExp(`^${key}\\s+(.*)$`, "m").exec(entry)?.[1]?.trim();
  const [linux = "", initrd] = [said("linux"), said("initrd")];
  if (files.read(`${esp}${linux}`) === undefined) return { stuck: `systemd-boot finds no ${linux}` };
  return {
    kernel: linux.replace(/^.*vmlinuz-/, ""),
    cmdline: [...(initrd === undefined ? [] : [`initrd=${initrd.replaceAll("/", "\\")}`]), said("options") ?? ""].join(
      " ",
    ),
    initramfs: initrd === undefined ? undefined : files.read(`${esp}${initrd}`),
  };
}

/** Numbers in names as numbers: 6.8.12-9 before 6.8.12-15. */
const byVersion = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
