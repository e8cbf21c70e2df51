import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, makeCacheFolder } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { mirror } from "../debian/mirror.ts";

const SUITE = "bookworm";
const PACKAGES = [
  ...["systemd", "systemd-sysv", "udev", "dbus", "kmod", "procps", "iproute2", "util-linux-extra", "e2fsprogs"],
  ...["linux-image-amd64", "initramfs-tools", "grub-pc", "openssh-server", "pciutils"],
];
const [MAKE, FURNISH] = [join(import.meta.dirname, "make-image.sh"), join(import.meta.dirname, "furnish-image.sh")];

/** A disk that boots, and what lets one in over SSH. */
export interface Image {
  readonly folder: string;
  readonly disk: string;
  /** The private key that root lets in. */
  readonly key: string;
  /** The host's own public key. */
  readonly hostKey: string;
}

/** The image of the machines, made once in one to two minutes and kept in the cache. */
export async function image(): Promise<Image> {
  const folder = imagePlace();
  if (!existsSync(folder)) await make(folder);
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  return { folder, disk: join(folder, "disk.qcow2"), key: text("key"), hostKey: text("host_key.pub").trim() };
}

/** Named for all that it is made from. */
export function imagePlace(): string {
  const recipe = [SUITE, PACKAGES.join(), ...[MAKE, FURNISH].map((file) => readFileSync(file, "utf8"))];
  const digest = createHash("sha256").update(recipe.join("\0")).digest("hex");
  return join(cacheFolder(), "vm", digest.slice(0, 12));
}

async function make(folder: string): Promise<void> {
  makeCacheFolder(join(cacheFolder(), "vm"));
  console.log("making the image of the virtual machines …");
  const { code, stdout, stderr } = await command("sh", [MAKE, folder, SUITE, await mirror(), PACKAGES.join()]);
  if (code !== 0) throw new Error(`making the image ${folder}: exit ${code}\n${stdout}${stderr}`.trimEnd());
}
