import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, makeCacheFolder } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { mirror } from "./mirror.ts";

export type Suite = "bookworm" | "trixie";

const PACKAGES = [
  ...["systemd", "systemd-sysv", "udev", "procps", "iproute2", "sudo", "openssh-server", "python3"],
  ...["linux-image-amd64", "initramfs-tools", "zstd", "grub-pc", "kmod", "pciutils"],
  ...["acl", "attr", "locales", "fish", "tcsh"],
];

const MAKE = join(import.meta.dirname, "make-root.sh");
const FURNISH = join(import.meta.dirname, "furnish-root.sh");

/** The folder of a Debian root, made once and kept in the cache. Nobody may write there: each host has a copy. */
export async function debianRoot(suite: Suite): Promise<string> {
  const place = rootPlace(suite);
  if (existsSync(place)) return place;
  makeCacheFolder(cacheFolder());
  const { code, stdout, stderr } = await command("sh", [MAKE, place, suite, await mirror(), PACKAGES.join(), FURNISH]);
  if (code !== 0) throw new Error(`making the Debian root ${place}: exit ${code}\n${stdout}${stderr}`.trimEnd());
  return place;
}

/** Named for all that it is made from. */
export function rootPlace(suite: Suite): string {
  const made = createHash("sha256").update(
    [PACKAGES.join(), ...[MAKE, FURNISH].map((file) => readFileSync(file))].join(),
  );
  return join(cacheFolder(), `debian-${suite}-${made.digest("hex").slice(0, 12)}`);
}
