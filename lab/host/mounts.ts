import type { Host } from "./host.ts";
import { outputOf } from "./output.ts";
import type { HostProcesses } from "./processes.ts";

const READ_ONLY = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"`;

// What a real machine keeps in memory can be written as long as it runs.
const DISK = `{ mountpoint -q /run || mount --bind /run /run; } && mount -o "remount,bind,$0" /`;

// Of that size a file system in memory has just what stands there, and what is free.
const FILL = `set -e
! grep -q " $0/" /proc/self/mounts || { echo "something is mounted below $0"; exit 1; } >&2
new=$(mktemp -d)
mount -t tmpfs -o mode="$(stat -c %a "$0")" full "$new"
cp -a "$0/." "$new"
mount -o "remount,size=$(($(stat -f -c '(%b - %f) * %S' "$new") + $1))" "$new"
mount --move "$new" "$0"
rmdir "$new"`;

// What was written meanwhile stays. The host's own file system, seen without what is mounted on it, stands at $old.
const EMPTY = `set -e
grep -q "^full $0 " /proc/self/mounts || exit 0
old=$(mktemp -d)
mount --bind / "$old"
find "$old$0" -mindepth 1 -delete
cp -a "$0/." "$old$0"
umount "$old" "$0"
rmdir "$old"`;

/** What is mounted on a host's tree while it runs. A host that goes down has none of it when it is back. */
export class Mounts {
  readonly #host: Host;
  readonly #processes: Pick<HostProcesses, "start">;

  constructor(host: Host, processes: Pick<HostProcesses, "start">) {
    this.#host = host;
    this.#processes = processes;
  }

  /** Nothing can be written below a folder. */
  seal(folder: string): Promise<void> {
    return this.#do(READ_ONLY, folder);
  }

  /** The whole disk can only be read, or written again. */
  disk(can: "ro" | "rw"): Promise<void> {
    return this.#do(DISK, can);
  }

  /** A folder has no more room than some bytes. */
  fill(folder: string, free: number): Promise<void> {
    return this.#do(FILL, folder, String(free));
  }

  /** It has room again. */
  empty(folder: string): Promise<void> {
    return this.#do(EMPTY, folder);
  }

  async #do(script: string, ...args: string[]): Promise<void> {
    const program = ["/bin/sh", "-c", script, ...args] as const;
    const { code, stderr } = await outputOf(this.#processes.start(this.#host, program, { rights: "machine" }));
    if (code !== 0) throw new Error(`${this.#host.node.name}: ${stderr.trim()}`);
  }
}
