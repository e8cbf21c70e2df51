import { existsSync, statfsSync } from "node:fs";
import { cacheFolder, makeCacheFolder } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { rootPlace, type Suite } from "./root.ts";

// From linux/magic.h.
const OVERLAYFS = 0x794c7630;
const TMPFS = 0x01021994;

/** Why there can be no Debian hosts on this machine; nothing where there can. */
export async function why(suite: Suite = "bookworm"): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return `Debian hosts take Linux on x64, this is ${process.platform} on ${process.arch}`;
  if (process.getuid?.() !== 0) return "Debian hosts take root";
  if (!existsSync(rootPlace(suite)) && (await command("mmdebstrap", ["--version"])).code !== 0)
    return "there is no mmdebstrap (apt-get install mmdebstrap), which makes Debian roots";
  makeCacheFolder(cacheFolder());
  if ([OVERLAYFS, TMPFS].includes(statfsSync(cacheFolder()).type))
    return `the cache ${cacheFolder()} is on no disk, where grub-probe looks for one: let PVE_OPS_CACHE name a folder on one`;
  const { code, stderr } = await command("unshare", ["--mount", "--pid", "--uts", "--ipc", "--fork", "true"]);
  return code === 0 ? undefined : `Debian hosts take namespaces of their own: ${stderr.trim()}`;
}

/** Skips the tests of a suite where there can be no Debian host, and says why. */
export async function orSkip(context: Mocha.Context, suite?: Suite): Promise<void> {
  const reason = await why(suite);
  if (reason === undefined) return;
  console.log(`skipped: ${reason}`);
  context.skip();
}
