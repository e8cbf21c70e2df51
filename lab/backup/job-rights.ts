import { badParameters, died, forbidden } from "../api/api-error.ts";
import { type Call, must } from "../api/call.ts";
import { PROPERTY_STRINGS } from "../schema/named-property-strings.ts";
import { parsePropertyString } from "../schema/property-string.ts";
import type { Release } from "../schema/schema.ts";
import { isSet, type Job, valueIn } from "./job.ts";

const ROOT_ALONE = ["tmpdir", "dumpdir", "script", "job-id"];
const FOR_ADMINS = ["bwlimit", "ionice", "performance"];

/** Refuses what only some may say of a backup, be it of a job or of one that is to begin at once. */
export function mustMaySay(call: Call, backup: Job): void {
  if (call.holder === "root@pam") return;
  mustMayName(call, [...backup.keys()]);
  const storage = fleecingStorage(backup);
  if (storage) must(call, `/storage/${storage}`, "Datastore.AllocateSpace");
}

/** Refuses the keys that only some may set or delete. */
export function mustMayName(call: Call, keys: readonly string[]): void {
  if (call.holder === "root@pam") return;
  const rootsOwn = ROOT_ALONE.find((key) => keys.includes(key));
  if (rootsOwn !== undefined) throw badParameters({ [rootsOwn]: "Only root may set this option." });
  if (FOR_ADMINS.some((key) => keys.includes(key))) must(call, "/", "Sys.Modify");
}

const fleecingStorage = (backup: Job): string | undefined =>
  parsePropertyString(PROPERTY_STRINGS["backup-fleecing"] ?? {}, valueIn(backup, "fleecing") ?? "")["storage"];

/** Refuses who may not say where a backup goes: to `local` if nothing is said, nowhere if root gave a folder. */
export function mustMayUseStorage(call: Call, job: Job): void {
  if (isSet(job, "dumpdir")) return;
  must(call, `/storage/${valueIn(job, "storage") || "local"}`, "Datastore.Allocate");
}

/** Refuses a pool that is not there, or whose guests one may not back up. */
export function mustMayUsePool(call: Call, job: Job): void {
  const pool = isSet(job, "pool") ? valueIn(job, "pool") : undefined;
  if (pool === undefined) return;
  if (!call.cluster.access.pools.has(pool)) throw forbidden(`pool '${pool}' does not exist`);
  must(call, `/pool/${pool}`, "VM.Backup");
}

/** Where PVE says it without an end of the line, so that Perl adds the place. */
const LINES: Readonly<Record<Release, number>> = { "8.4": 84, "9.2": 85 };

/** Refuses who may not change a job that is there as it is. */
export function mustMayChange(call: Call, job: Job): void {
  if (call.holder === "root@pam") return;
  if (isSet(job, "dumpdir"))
    throw died(
      `only root@pam may edit jobs with a 'dumpdir' option. at /usr/share/perl5/PVE/API2/Backup.pm line ${LINES[call.node.release]}.`,
    );
  mustMayUseStorage(call, job);
}
