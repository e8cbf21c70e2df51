/** By name, where below the kernel's devices a disk or a network port lies. */
type Lies = readonly (readonly [name: string, place: string])[];

const ADDRESS = /[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/g;

/** By a PCI device's address, the disks and network ports that hang on it and are in use: `sda3`, `eno1`. */
export function usesOf(lies: Lies, taken: readonly string[]) {
  const places = new Map(lies);
  const uses: Record<string, string[]> = {};
  for (const name of new Set(taken.map(usedName))) {
    // A disk that several controllers may reach lies below none of them; the first of them has its number.
    const controller = /^(nvme\d+)n/.exec(name)?.[1] ?? "";
    const on = [places.get(name), places.get(controller)].map((place) => place?.match(ADDRESS)?.at(-1)).find(Boolean);
    if (on !== undefined) uses[on] = [...(uses[on] ?? []), name].toSorted();
  }
  return uses;
}

/** All disks and their parts. */
export const disksOf = (lies: Lies): string[] =>
  lies.filter(([, place]) => !place.includes("/net/")).map(([name]) => name);

/** What is a part of a pool, as `zpool list -vHLP` has it. */
export const pooledIn = (zpool: string): string[] =>
  [...zpool.matchAll(/\s\/dev\/(\S+)/g)].map(([, name = ""]) => name);

/** `/sys/class/net/eno1/operstate`, `/sys/class/block/sda3/holders`, `sda2`. */
const usedName = (place: string): string => /\/sys\/class\/(?:net|block)\/([^/]+)/.exec(place)?.[1] ?? place;
