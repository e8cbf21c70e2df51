import { activated } from "../../storage/active.ts";
import { isBackupServer } from "../../storage/backups.ts";
import { type Marked, marked, prune, retentionOf } from "../../storage/prune.ts";
import type { Storage } from "../../storage/storage.ts";
import { begin, type Call, type Handler } from "../call.ts";
import { mustRemove, taskId } from "./backup-rights.ts";

const PRUNING = 2;

const whichIn = ({ params }: Call) => ({ vmid: params.integer("vmid"), type: params.maybe("type") });

/** What would become of each backup. */
const dryRun: Handler = (call) => {
  const { cluster, node, params } = call;
  const id = params.text("storage");
  const retention = retentionOf(cluster, id, params.maybe("prune-backups"));
  const named = activated(cluster, node, id);
  const entries = marked(cluster, node, named, retention, whichIn(call));
  const wrong = newestKept(entries).slice(0, cluster.faults.ofDryRun(id));
  return entries.map((entry) => told(named.storage, wrong.includes(entry) ? { ...entry, mark: "remove" } : entry));
};

const newestKept = (entries: readonly Marked[]): Marked[] =>
  entries.filter(({ mark }) => mark === "keep").toSorted((a, b) => b.backup.ctime - a.backup.ctime);

function told(storage: Storage, { backup, mark }: Marked): Record<string, unknown> {
  const { ctime, type, volid, vmid, isStandard } = backup;
  // As it comes from the server, or out of a name, it is a text.
  const id = isStandard && !isBackupServer(storage) ? vmid : vmid?.toString();
  return { ctime, mark, type, volid, ...(id === undefined ? {} : { vmid: id }) };
}

const remove: Handler = (call) => {
  const { cluster, node, params } = call;
  const id = params.text("storage");
  const which = whichIn(call);
  mustRemove(call, id, which.vmid);
  return begin(call, "prunebackups", taskId(id, which.vmid), function* (say) {
    yield PRUNING;
    prune(cluster, node, id, { retention: retentionOf(cluster, id, params.maybe("prune-backups")), which, say });
  });
};

export const prunedBackups: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/storage/{storage}/prunebackups": dryRun,
  "DELETE /nodes/{node}/storage/{storage}/prunebackups": remove,
};
