import { ownerIn } from "#providers/host/edit/owned.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { digest } from "#providers/host/journal.ts";
import type { HostStep } from "#providers/host/step.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { rebuildBy, rebuildsOf } from "#providers/passthrough/rebuilds.ts";

/** The files that are wholly ours, taken away whatever else is broken: what is handed on by them is so no more. */
export function withoutOurFiles({ files, ...facts }: HostFacts): {
  paths: readonly string[];
  steps: readonly HostStep[];
} {
  const paths = Object.keys(files).filter(
    (path) => path.startsWith("/etc/") && ownerIn(files[path] ?? "") !== undefined,
  );
  const loader = bootLoaderOf({ files, ...facts });
  const rebuilds = rebuildsOf(paths).filter((what) => what === "initramfs" || loader.is !== "unknown");
  const work = rebuilds.map((what): HostStep => {
    const { argv, seconds } = rebuildBy(loader)(what);
    return { do: "work", id: `${what}-bare-${facts.bootId}`, log: `rescue-${what}`, seconds, argv };
  });
  return {
    paths,
    steps: [...paths.map((path): HostStep => ({ do: "remove", path, expected: digest(files[path]) })), ...work],
  };
}
