import { died } from "../api/api-error.ts";
import { storageOf } from "../api/storage/config.ts";
import type { Cluster } from "../cluster.ts";
import type { ClusterNode } from "../node.ts";
import { isKeptFrom, isOn, type Storage } from "./storage.ts";
import type { Named } from "./volumes.ts";

/** Whether a node can use a storage now. */
export const isActive = (storage: Storage, node: string): boolean => isOn(storage, node) && !storage.offline.has(node);

/** The storage of that name, ready for use on a node, or PVE's words why it is not. */
export function activated(cluster: Cluster, { name }: ClusterNode, id: string): Named {
  const storage = storageOf({ cluster }, id);
  if (storage.values.get("disable") === "1") throw died(`storage '${id}' is disabled`);
  if (isKeptFrom(storage, name)) throw died(`storage '${id}' is not available on node '${name}'`);
  if (storage.offline.has(name)) throw died(unreachable({ id, storage }));
  return { id, storage };
}

function unreachable({ id, storage: { type, values } }: Named): string {
  const server = `${values.get("server")}:${values.get("port") ?? 8007}`;
  if (type === "pbs") return `${id}: error fetching datastores - 500 Can't connect to ${server} (No route to host)`;
  if (type === "cephfs") return 'mount error: Job failed. See "journalctl -xe" for details.';
  if (type === "dir" || type === "btrfs")
    return `unable to activate storage '${id}' - directory '${values.get("path")}' does not exist or is unreachable`;
  return `storage '${id}' is not online`;
}
