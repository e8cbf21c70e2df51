import { storageForBackups, storageIdIn } from "../../backup/destination.ts";
import { includedGuests } from "../../backup/included-guests.ts";
import { isSet, selectionOf } from "../../backup/job.ts";
import { mustMaySay } from "../../backup/job-rights.ts";
import { settle } from "../../backup/job-rules.ts";
import { jobIn } from "../../backup/job-values.ts";
import { vzdump } from "../../backup/vzdump.ts";
import { apiOf } from "../../schema/schema.ts";
import { pathOf } from "../../storage/backups.ts";
import { ApiError, badParameters } from "../api-error.ts";
import { begin, type Call, type Handler, may, must, mustAny } from "../call.ts";

const NOT_HERE = ["dumpdir", "tmpdir", "script"];

/** Begins to back up the guests of this node that are meant, or says `OK` where there are none. */
const start: Handler = (call) => {
  const { cluster, node, params, holder } = call;
  if (params.flag("stdout")) throw badParameters({ stdout: "option is only allowed on the command line interface." });
  const job = jobIn(params, node.release);
  const storage = `/storage/${storageIdIn(job)}`;
  mustMaySay(call, job);
  if (job.has("prune-backups") && holder !== "root@pam") must(call, storage, "Datastore.Allocate");
  const missing = NOT_HERE.find((key) => isSet(job, key));
  if (missing !== undefined) throw new ApiError(501, `'${missing}' of a backup is not part of the lab\n`);
  settle(job, { release: node.release, isWhole: true });
  const included = includedGuests(cluster, selectionOf(job));
  // Those that do not exist are taken along, so that somebody sees it.
  const vmids = [...(included.get(node.name) ?? []), ...(included.get("") ?? [])];
  if (isSet(job, "stop")) stopRunning(call);
  if (vmids.length === 0 && (isSet(job, "stop") || !isSet(job, "all"))) return "OK";
  must(call, storage, "Datastore.AllocateSpace");
  return begin(call, "vzdump", vmids.length === 1 ? String(vmids[0]) : "", vzdump(call, job, vmids));
};

/** Ends what runs; what waits for its turn goes on. */
function stopRunning(call: Call): void {
  const { cluster, node } = call;
  must(call, `/nodes/${node.name}`, "Sys.Modify");
  const running = cluster.tasks.all.find((task) => task.node === node.name && task.type === "vzdump" && !task.end);
  if (running) cluster.tasks.stop(running.upid);
}

const FOR_ADMINS = ["mailto", "tmpdir", "dumpdir", "script", "ionice"];

/** What holds where a call says nothing. Nobody changed `/etc/vzdump.conf`. */
const defaults: Handler = (call) => {
  const { cluster, node, params } = call;
  const id = params.maybe("storage") ?? "local";
  mustAny(call, `/storage/${id}`, "Datastore.Audit", "Datastore.AllocateSpace");
  const storage = storageForBackups(cluster, id);
  const { properties = {} } = apiOf(node.release).paths["/nodes/{node}/vzdump/defaults"]?.GET?.returns ?? {};
  const known = Object.entries(properties).flatMap(([key, value]) =>
    value.default === undefined ? [] : [[key, value.default] as const],
  );
  const retention = storage.values.get("prune-backups");
  const told = {
    ...Object.fromEntries(known),
    performance: { "max-workers": 16, "pbs-entries-max": 1_048_576 },
    fleecing: { enabled: 0 },
    storage: id,
    ...(storage.values.has("path") ? { dumpdir: pathOf(storage, "backup/").replace(/\/$/, "") } : {}),
    ...(retention === undefined ? {} : { "prune-backups": retention }),
  };
  const seesAll = may(call, `/nodes/${node.name}`, "Sys.Audit");
  return Object.fromEntries(Object.entries(told).filter(([key]) => seesAll || !FOR_ADMINS.includes(key)));
};

export const backups: Readonly<Record<string, Handler>> = {
  "POST /nodes/{node}/vzdump": start,
  "GET /nodes/{node}/vzdump/defaults": defaults,
};
