import { died } from "../api/api-error.ts";
import type { Cluster } from "../cluster.ts";
import { listItems } from "../schema/formats.ts";

/** What a job, or a call for a backup, says of the guests it is for. */
export interface Selection {
  readonly all?: boolean | undefined;
  readonly vmid?: string | undefined;
  readonly pool?: string | undefined;
  readonly exclude?: string | undefined;
  /** Only those that are there. */
  readonly node?: string | undefined;
}

/** The guests that a selection is for, by their node, in order; under no name what does not exist. */
export function includedGuests(cluster: Cluster, selection: Selection): ReadonlyMap<string, readonly number[]> {
  const placed = selectedIds(cluster, selection)
    .toSorted((a, b) => a - b)
    .map((vmid) => ({ vmid, node: cluster.guests.get(vmid)?.node ?? "" }))
    .filter(({ node }) => selection.node === undefined || node === "" || node === selection.node);
  const byNode = Map.groupBy(placed, ({ node }) => node);
  return new Map([...byNode].map(([node, here]) => [node, here.map(({ vmid }) => vmid)]));
}

/** A pool goes before ids, and those before all. */
function selectedIds({ access, guests }: Cluster, { all, vmid, pool: name, exclude }: Selection): number[] {
  if (name) {
    const pool = access.pools.get(name);
    if (!pool) throw died(`pool '${name}' does not exist`);
    return [...pool.guests].filter((member) => guests.has(member));
  }
  if (vmid) return listItems(vmid).map(Number);
  const excluded = new Set(listItems(exclude ?? "").map(Number));
  return all ? [...guests.keys()].filter((guest) => !excluded.has(guest)) : [];
}
