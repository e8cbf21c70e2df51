import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { State } from "../state.ts";

// What a machine makes anew at each start, and what is not its own.
const LEFT_OUT = new Set(["dev", "etc/pve", "proc", "run", "sys", "tmp", "usr"]);

/**
 * Everything that lasts on a host: the text of its files by path, which begins with `prefix`, and what is not plain
 * about them. A folder's path ends in a slash, and it has no text.
 */
export function filesOf(tree: string, prefix: string): State {
  const found: Record<string, string> = {};
  const look = (folder: string) => {
    for (const { name } of readdirSync(join(tree, folder), { withFileTypes: true })) {
      const path = join(folder, name);
      if (LEFT_OUT.has(path)) continue;
      // What runs there may take it away at this moment.
      const stats = lstatSync(join(tree, path), { throwIfNoEntry: false });
      if (!stats) continue;
      const key = `${prefix}${path}${stats.isDirectory() ? "/" : ""}`;
      found[key] = contentOf(join(tree, path), stats);
      const odd = oddities(stats);
      if (odd !== "") found[`${key} (is)`] = odd;
      if (stats.isDirectory()) look(path);
    }
  };
  look("");
  return found;
}

function contentOf(place: string, stats: Stats): string {
  if (stats.isDirectory()) return "";
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(place)}`;
  if (!stats.isFile()) return "neither file nor folder nor link";
  const bytes = readFileSync(place);
  const isText = isUtf8(bytes) && !bytes.includes(0);
  return isText ? bytes.toString() : `sha256 ${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Mode and owner, where they are not those of a plain file or folder of root's. */
function oddities(stats: Stats): string {
  const mode = stats.mode & 0o7777;
  const isPlain = stats.isSymbolicLink() || mode === (stats.isDirectory() ? 0o755 : 0o644);
  // Root of a host is whoever runs the lab.
  const isRoots = stats.uid === process.getuid?.() && stats.gid === process.getgid?.();
  return [isPlain ? "" : `mode ${mode.toString(8)}`, isRoots ? "" : `owner ${stats.uid}:${stats.gid}`]
    .filter((word) => word !== "")
    .join(", ");
}
