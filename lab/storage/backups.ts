import type { Cluster } from "../cluster.ts";
import type { ClusterNode } from "../node.ts";
import { type BackupName, readArchiveName, readSnapshotName } from "./backup-name.ts";
import type { Storage } from "./storage.ts";
import { type Named, type Volume, volumesOn } from "./volumes.ts";

/** A backup as a node finds it on a storage. */
export interface Backup extends Omit<BackupName, "ctime"> {
  /** `backup/vzdump-…` */
  readonly name: string;
  readonly volid: string;
  readonly ctime: number;
  /** Whether its name is one that PVE gives. */
  readonly isStandard: boolean;
  readonly volume: Volume;
}

export const isBackupServer = ({ type }: Storage): boolean => type === "pbs";

export const readName = (storage: Storage, name: string, { timezone }: ClusterNode): BackupName | undefined =>
  isBackupServer(storage) ? readSnapshotName(name) : readArchiveName(name, timezone);

/** The backups of a storage in the order of their names, all or those that are listed for a guest. */
export function backupsOn(cluster: Cluster, node: ClusterNode, named: Named, vmid?: number): Backup[] {
  const { id, storage } = named;
  return [...volumesOn(cluster, named, node.name)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, volume]) => {
      const read = readName(storage, name, node);
      if (!read || (vmid !== undefined && read.vmid !== vmid)) return [];
      const isStandard = read.ctime !== undefined;
      return [{ ...read, name, volid: `${id}:${name}`, ctime: read.ctime ?? volume.written, isStandard, volume }];
    });
}

/** Where a file of that name is, or what PVE gives out as the address of one on a server. */
export function pathOf({ type, values }: Storage, name: string): string {
  const file = name.slice("backup/".length);
  if (type !== "pbs") {
    const [, folder = "dump"] = /(?:^|,)backup=([^,]+)/.exec(values.get("content-dirs") ?? "") ?? [];
    return `${values.get("path")}/${folder}/${file}`;
  }
  const namespace = values.get("namespace")?.replaceAll("/", "%2f");
  const repository = `${values.get("username") ?? "root@pam"}@${values.get("server")}:${values.get("datastore")}`;
  return `pbs://${repository}/${file}${namespace === undefined ? "" : `?ns=${namespace}`}`;
}
