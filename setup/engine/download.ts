import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Attempt, failed, type Say } from "./attempt.ts";
import { keep, makeCacheFolder } from "./cache.ts";
import { command } from "./command.ts";
import { ENGINE } from "./version.ts";

const INSTALLER = "https://get.pulumi.com/install.sh";
export const downloadedFolder = `downloaded-${ENGINE}`;

const SECONDS_TO_ANSWER = 5;
const MINUTES_TO_ARRIVE = 10;

/** The official download: Pulumi's own install script, into the cache. Where there is no way out, that shows in seconds. */
export async function download(cache: string, say: Say, installer = INSTALLER): Promise<Attempt> {
  let script: string;
  try {
    const answer = await fetch(installer, { signal: AbortSignal.timeout(SECONDS_TO_ANSWER * 1000) });
    if (!answer.ok) return failed(`the download answered ${answer.status}`);
    script = await answer.text();
  } catch (error) {
    return failed(`the download cannot be reached from here (${causeOf(error)})`);
  }
  say(`downloading Pulumi ${ENGINE}`);
  makeCacheFolder(cache);
  const work = mkdtempSync(join(cache, "download-"));
  try {
    const file = join(work, "install.sh");
    writeFileSync(file, script);
    const root = join(work, "root");
    const args = [file, "--no-edit-path", "--install-root", root, "--version", ENGINE];
    const { code, stdout, stderr } = await command("sh", args, { limit: MINUTES_TO_ARRIVE * 60_000 });
    if (code !== 0) return failed(`Pulumi's install script failed: ${lastLine(stderr || stdout) || `exit ${code}`}`);
    const kept = keep(root, join(cache, downloadedFolder));
    return { engine: { bin: join(kept, "bin"), version: ENGINE, from: "download" } };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const lastLine = (text: string) => text.trim().split("\n").at(-1) ?? "";

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
