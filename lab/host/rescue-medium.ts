import { closeSync, constants, openSync, readFileSync, writeFileSync } from "node:fs";
import type { Host } from "./host.ts";
import { inside } from "./inside.ts";

const { O_CREAT, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** What a file of a host holds that is not up, as if its disk were in another machine. */
export function readOffline(host: Host, path: string): string {
  return opened(host, path, O_RDONLY, (file) => readFileSync(file, "utf8"));
}

/** Writes a file of a host that is not up; what its boot loader starts goes by it from then on. */
export function writeOffline(host: Host, path: string, text: string): void {
  opened(host, path, O_WRONLY | O_CREAT | O_TRUNC, (file) => writeFileSync(file, text));
}

function opened<T>({ tree }: Host, path: string, how: number, use: (file: number) => T): T {
  const file = openSync(inside(tree, path), how | O_NOFOLLOW, 0o644);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
