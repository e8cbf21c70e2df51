import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inside } from "../inside.ts";

/** What stands at a path of a host: a file (644 unless it is said), a folder (755), or a link. */
export type Entry =
  | { readonly text: string; readonly mode?: number }
  | { readonly folder: true; readonly mode?: number }
  | { readonly link: string };

export type Entries = Readonly<Record<string, Entry>>;

/** Lays entries into a tree; folders that none of them names are made on the way. */
export function lay(tree: string, entries: Entries): void {
  for (const [path, entry] of Object.entries(entries)) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    const place = inside(tree, path);
    if ("link" in entry) symlinkSync(entry.link, place);
    else if ("folder" in entry) mkdirSync(place, { recursive: true });
    else writeFileSync(place, entry.text);
    // Said apart, since what is said on making is cut down by this process's umask.
    if (!("link" in entry)) chmodSync(place, entry.mode ?? ("folder" in entry ? 0o755 : 0o644));
  }
}
