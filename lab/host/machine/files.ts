import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** The files of a host, as its own programs see them. */
export interface Files {
  read(path: string): string | undefined;
  /** The names in a folder, in their order; none where there is no folder. */
  list(folder: string): readonly string[];
}

const MOST_LINKS = 40;

/** The files of a tree that is the host's `/`: no link leads out of it. */
export function treeFiles(tree: string): Files {
  /** Where a path leads in the tree, all links followed. */
  const led = (path: string, links = 0): string => {
    let reached = "/";
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    for (const [n, part] of parts.entries()) {
      if (part === "..") {
        reached = dirname(reached);
        continue;
      }
      const next = join(reached, part);
      if (lstatSync(join(tree, next), { throwIfNoEntry: false })?.isSymbolicLink() !== true) {
        reached = next;
        continue;
      }
      if (links >= MOST_LINKS) throw new Error(`${path} has too many links`);
      const target = readlinkSync(join(tree, next));
      const from = target.startsWith("/") ? target : join(reached, target);
      return led([from, ...parts.slice(n + 1)].join("/"), links + 1);
    }
    return reached;
  };
  const orNot = <T>(look: () => T): T | undefined => {
    try {
      return look();
    } catch {
      return undefined;
    }
  };
  return {
    read: (path) => orNot(() => readFileSync(join(tree, led(path)), "utf8")),
    list: (folder) => orNot(() => readdirSync(join(tree, led(folder))).toSorted()) ?? [],
  };
}

/** Files that stand nowhere but here. */
export const madeUpFiles = (files: Readonly<Record<string, string>>): Files => ({
  read: (path) => files[path],
  list: (folder) =>
    [
      ...new Set(
        Object.keys(files)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""),
      ),
    ].toSorted(),
});
