import { lineDiff } from "#providers/core/line-diff.ts";
import { fromBytes } from "#providers/host/edit/bytes.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { originalOf } from "#providers/host/journal.ts";
import { standingOn } from "#providers/host/standing-on-host.ts";
import { rebuildsOf } from "#providers/passthrough/rebuilds.ts";
import { resourcesOn } from "../facts/resources.ts";

/** A file that a host boots by and that has something of ours in it. */
export interface Changed {
  readonly path: string;
  /** Whose, by name. */
  readonly ours: readonly string[];
  /** The lines that went and came since it was put aside, before the first of us. */
  readonly lines: readonly string[];
}

/** All of them, the initramfs and the kernel's command line alike. */
export function changedFiles(facts: HostFacts): Changed[] {
  const standing = resourcesOn(facts).map(({ name }) => ({ name, paths: Object.keys(standingOn(facts, name)) }));
  const paths = [...new Set(standing.flatMap(({ paths }) => paths))].filter((path) => rebuildsOf([path]).length > 0);
  return paths.toSorted().map((path) => ({
    path,
    ours: standing.filter(({ paths }) => paths.includes(path)).map(({ name }) => name),
    lines: lineDiff(linesOf(facts.files[originalOf(path)]), linesOf(facts.files[path])),
  }));
}

const linesOf = (text: string | undefined): string[] =>
  text === undefined || text === "" ? [] : fromBytes(text).replace(/\n$/, "").split("\n");
