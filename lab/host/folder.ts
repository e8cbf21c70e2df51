import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const ENOUGH = 2 ** 30;

/** A folder for the trees of a lab's hosts. */
export interface HostsFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes it in memory where there is room and programs can be run from there, since a host that boots writes a thousand
 * small files. It goes with this process, however that ends: who removes it waits for a pipe to close.
 */
export function hostsFolder(): HostsFolder {
  const path = mkdtempSync(join(hasMemory() ? MEMORY : tmpdir(), "pve-ops-hosts-"));
  const remover = spawn("sh", ["-c", 'cat; rm -rf "$0"', path], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const removed = once(remover, "exit");
  remover.unref();
  return {
    path,
    remove: async () => {
      remover.ref();
      remover.stdin.end();
      await removed;
    },
  };
}

function hasMemory(): boolean {
  try {
    const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
    const { bavail, bsize } = statfsSync(MEMORY);
    return mounts.some((line) => isPlain(line.split(" "))) && bavail * bsize >= ENOUGH;
  } catch {
    return false;
  }
}

const isPlain = ([, place, type, options = ""]: readonly string[]): boolean =>
  place === MEMORY && type === "tmpfs" && !/\b(?:noexec|ro)\b/.test(options);
