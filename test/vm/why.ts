import { existsSync, readFileSync, statfsSync } from "node:fs";
import { cacheFolder, makeCacheFolder } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { imagePlace } from "./image.ts";

const GIB = 2 ** 30;
const MEMORY = 2.5 * GIB;
const DISK = 4 * GIB;
const DISK_TO_MAKE = 8 * GIB;

interface Program {
  readonly name: string;
  readonly of: string;
  /** How it is called to see whether it is there. */
  readonly asked: string;
}

const TO_RUN: readonly Program[] = [
  { name: "qemu-system-x86_64", of: "qemu-system-x86", asked: "--version" },
  { name: "qemu-img", of: "qemu-utils", asked: "--version" },
  { name: "ssh", of: "openssh-client", asked: "-V" },
];
const TO_MAKE: readonly Program[] = [
  { name: "mmdebstrap", of: "mmdebstrap", asked: "--version" },
  { name: "sfdisk", of: "fdisk", asked: "--version" },
  { name: "mke2fs", of: "e2fsprogs", asked: "-V" },
];

/** Why no virtual machine can run here; nothing where one can. */
export async function why(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return `virtual machines take Linux on x64, this is ${process.platform} on ${process.arch}`;
  const isMade = existsSync(imagePlace());
  if (!isMade && process.getuid?.() !== 0) return "making the image of the virtual machines takes root";
  for (const { name, of, asked } of [...TO_RUN, ...(isMade ? [] : TO_MAKE)])
    if ((await command(name, [asked])).code !== 0) return `there is no ${name} (apt-get install ${of})`;
  const memory = Number(/^MemAvailable: +(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
  if (memory < MEMORY) return `a virtual machine takes ${inGib(MEMORY)} of memory, there are ${inGib(memory)}`;
  makeCacheFolder(cacheFolder());
  const { bavail, bsize } = statfsSync(cacheFolder());
  const wanted = isMade ? DISK : DISK_TO_MAKE;
  if (bavail * bsize < wanted)
    return `virtual machines take ${inGib(wanted)} of ${cacheFolder()}, ${inGib(bavail * bsize)} are free`;
  return undefined;
}

const inGib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
