import type { Cluster } from "../cluster.ts";
import { isShared, type Storage } from "./storage.ts";

/** A backup that a storage holds; what else there is to know stands in its name. */
export interface Volume {
  /** When it was written, in seconds since 1970. */
  readonly written: number;
  readonly size: number;
  notes: string;
  protected: boolean;
}

/** The backups of one place by their names, `backup/vzdump-…`. */
export type Volumes = Map<string, Volume>;

/** A storage that is configured, by its name. */
export interface Named {
  readonly id: string;
  readonly storage: Storage;
}

/** The backups that a node finds on a storage: one set for all if it is shared, else the node's own. */
export function volumesOn({ volumes }: Pick<Cluster, "volumes">, { id, storage }: Named, node: string): Volumes {
  const place = isShared(storage) ? id : `${node}/${id}`;
  const there = volumes.get(place) ?? new Map();
  volumes.set(place, there);
  return there;
}

/** What is used on a node, in bytes: the backups, and what the storage holds beside them. */
export function usedOn(cluster: Pick<Cluster, "volumes">, named: Named, node: string): number {
  return [...volumesOn(cluster, named, node).values()].reduce((sum, { size }) => sum + size, named.storage.used);
}

/** A line for each backup of a cluster: where it is, and what is said of it. */
export const printVolumes = ({ volumes }: Pick<Cluster, "volumes">): string =>
  [...volumes]
    .flatMap(([place, there]) =>
      [...there].map(([name, volume]) => {
        const notes = volume.notes === "" ? "" : ` ${JSON.stringify(volume.notes)}`;
        return `${place}:${name}${volume.protected ? " protected" : ""}${notes}\n`;
      }),
    )
    .toSorted()
    .join("");
