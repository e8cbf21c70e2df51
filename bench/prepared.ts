import type { State } from "../lab/state.ts";

/** A line that some file of a folder has to have, whoever wrote it into which. */
interface Wanted {
  readonly folder: string;
  readonly line: RegExp;
}

const WANTED: readonly Wanted[] = [
  { folder: "etc/modprobe.d/", line: /^options vfio-pci ids=[0-9a-f]{4}:[0-9a-f]{4}/m },
  { folder: "etc/modprobe.d/", line: /^softdep (?:nouveau|amdgpu) pre: vfio-pci$/m },
  { folder: "etc/modprobe.d/", line: /^softdep snd_hda_intel pre: vfio-pci$/m },
  { folder: "etc/initramfs-tools/modules", line: /^vfio\nvfio_iommu_type1\nvfio_pci$/m },
  { folder: "etc/", line: /\biommu=pt\b/ },
];

/** What is not there of a card's preparation, on the first host where something is not; nothing where all is. */
export function preparedShortfall(
  state: State,
  names: readonly string[],
  more: readonly Wanted[] = [],
): string | undefined {
  for (const name of names) {
    const missing = [...WANTED, ...more].find(
      ({ folder, line }) => !textsIn(state, `hosts/${name}/${folder}`).some(has(line)),
    );
    if (missing) return `${name} should have ${missing.line.source} in a file of ${missing.folder}, and has not`;
  }
  return undefined;
}

const has = (line: RegExp) => (text: string) => line.test(text);

const textsIn = (state: State, start: string): string[] =>
  Object.entries(state).flatMap(([path, text]) => (path.startsWith(start) ? [text] : []));
