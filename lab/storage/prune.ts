import { died } from "../api/api-error.ts";
import { storageOf } from "../api/storage/config.ts";
import type { Cluster } from "../cluster.ts";
import type { ClusterNode } from "../node.ts";
import { activated } from "./active.ts";
import { type Backup, backupsOn, isBackupServer } from "./backups.ts";
import { outdated, parseRetention, type Retention } from "./retention.ts";
import { contentOf } from "./storage.ts";
import { type Named, volumesOn } from "./volumes.ts";

/** Whose backups are looked at; all where nothing is said. */
export interface Which {
  readonly vmid?: number | undefined;
  readonly type?: string | undefined;
}

export type Mark = "keep" | "remove" | "protected" | "renamed";

/** A backup, and what becomes of it. */
export interface Marked {
  readonly backup: Backup;
  readonly mark: Mark;
}

/** What a storage keeps if a call says nothing. */
export function retentionOf(cluster: Cluster, id: string, said: string | undefined): Retention {
  const storage = storageOf({ cluster }, id);
  if (!contentOf(storage).includes("backup")) throw died(`storage '${id}' does not support backups`);
  const text = said ?? storage.values.get("prune-backups");
  if (text === undefined) throw died(`no prune-backups options configured for storage '${id}'`);
  return parseRetention(text);
}

/** What becomes of the backups of a storage, in the order in which PVE tells it. */
export function marked(
  cluster: Cluster,
  node: ClusterNode,
  named: Named,
  retention: Retention,
  which: Which,
): Marked[] {
  const { vmid, type } = which;
  const all = backupsOn(cluster, node, named, vmid).filter((backup) => type === undefined || backup.type === type);
  const groups = Map.groupBy(all.filter(counts), groupOf);
  const gone = new Set([...groups.values()].flatMap((group) => [...outdated(group, retention, node.timezone)]));
  return all.map((backup) => ({ backup, mark: gone.has(backup) ? "remove" : standing(backup) }));
}

const counts = ({ isStandard, volume }: Backup): boolean => isStandard && !volume.protected;

function standing({ isStandard, volume }: Backup): Mark {
  if (volume.protected) return "protected";
  return isStandard ? "keep" : "renamed";
}

const groupOf = ({ type, vmid }: Backup): string => `${type}/${vmid}`;

/** Removes what is not kept, and says so. Answers how many that were. */
export function prune(
  cluster: Cluster,
  node: ClusterNode,
  id: string,
  { retention, which, say }: { retention: Retention; which: Which; say: (line: string) => void },
): number {
  const named = activated(cluster, node, id);
  const all = marked(cluster, node, named, retention, which);
  const isServer = isBackupServer(named.storage);
  const groups = isServer ? new Set(all.map(({ backup }) => backup.name.split("/").slice(1, 3).join("/"))) : [];
  for (const group of groups) say(`running 'proxmox-backup-client prune' for '${group}'`);
  const gone = all.filter(({ mark }) => mark === "remove");
  for (const { backup } of gone) {
    if (!isServer) say(`removing backup '${backup.volid}'`);
    volumesOn(cluster, named, node.name).delete(backup.name);
  }
  return gone.length;
}
