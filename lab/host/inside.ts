import { realpathSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/**
 * Where a path of a host is on this machine. What runs in a host may put links anywhere: one that leads out of its
 * tree, seen from here, is not followed.
 */
export function inside(tree: string, path: string): string {
  const root = realpathSync(tree);
  const folder = realpathSync(join(root, dirname(path)));
  if (folder !== root && !folder.startsWith(root + sep)) throw new Error(`${path} leads out of the host's tree`);
  return join(folder, basename(path));
}
