import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, keep } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { loginBy } from "../debian/login.ts";
import { good } from "../support/fixture.ts";
import { type Hardware, machineArguments } from "./hardware.ts";
import type { Image } from "./image.ts";
import { Qemu } from "./qemu.ts";

/** The name of the saved state in its disk. */
export const CLEAN = "clean";

/** A disk with the state of such a machine after its first boot: made once, since to boot takes ten times as long. */
export async function cleanState(image: Image, hardware: Hardware): Promise<string> {
  const place = join(image.folder, `clean-${await digest(hardware)}.qcow2`);
  if (existsSync(place)) return place;
  const folder = await newDisk(image);
  const qemu = await Qemu.start(folder, hardware, await loginBy(folder, "vm", image));
  try {
    await qemu.monitor.order("cont");
    await qemu.up();
    await qemu.monitor.human(`savevm ${CLEAN}`);
    await qemu.quit();
    return keep(join(folder, "disk.qcow2"), place);
  } finally {
    await qemu.end();
  }
}

/** A folder with a disk that is the image's until something is written to it. */
export async function newDisk({ disk }: Image): Promise<string> {
  const folder = newFolder();
  await good(
    command("qemu-img", ["create", "-q", "-f", "qcow2", "-b", disk, "-F", "qcow2", join(folder, "disk.qcow2")]),
  );
  return folder;
}

export function newFolder(): string {
  const folder = join(cacheFolder(), `vm-${randomUUID()}`);
  mkdirSync(folder);
  return folder;
}

/** A state can be loaded by nothing but the same machine of the same QEMU. */
async function digest(hardware: Hardware): Promise<string> {
  const version = await good(command("qemu-system-x86_64", ["--version"]));
  return createHash("sha256")
    .update(JSON.stringify([version, machineArguments(hardware)]))
    .digest("hex")
    .slice(0, 12);
}
