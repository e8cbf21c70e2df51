import { asText, died } from "../api/api-error.ts";
import type { Call } from "../api/call.ts";
import { checkUnlocked } from "../guests/find.ts";
import type { Guest } from "../guests/guest.ts";
import { backupsOn } from "../storage/backups.ts";
import { checkProtectable } from "../storage/protection.ts";
import { prune } from "../storage/prune.ts";
import { keepsAll, type Retention } from "../storage/retention.ts";
import { Interrupted } from "../tasks/tasks.ts";
import { writeArchive } from "./archive.ts";
import { describe, lasted, shown } from "./backup-words.ts";
import type { Destination } from "./destination.ts";
import { isSet, type Job, valueIn } from "./job.ts";
import { stopForBackup } from "./stop-for-backup.ts";

/** One call of vzdump while it runs. */
export interface Run {
  readonly call: Call;
  readonly job: Job;
  readonly to: Destination;
  /** Writes a line into the task's log. */
  readonly say: (line: string) => void;
}

/** What PVE calls being ended from outside. */
export const INTERRUPTED = "interrupted by signal";

/** Backs up one guest. Answers whether it went well: where it did not, the others still have their turn. */
export function* backUp(run: Run, vmid: number): Generator<number, boolean> {
  const { call, say } = run;
  const { now } = call.cluster;
  const begun = now();
  try {
    const guest = call.cluster.guests.get(vmid);
    if (!guest) throw died(`unable to find VM '${vmid}'`);
    checkCount(run, guest);
    say(`INFO: Starting Backup of VM ${vmid} (${guest.type})`);
    say(`INFO: Backup started at ${shown(run, begun)}`);
    say(`INFO: status = ${guest.startedAt === undefined ? "stopped" : "running"}`);
    checkUnlocked(guest);
    yield* underLock(run, guest, begun);
    say(`INFO: Finished Backup of VM ${vmid} (${lasted(now() - begun)})`);
    say(`INFO: Backup finished at ${shown(run, now())}`);
    return true;
  } catch (thrown) {
    const words = thrown instanceof Interrupted ? INTERRUPTED : asText(thrown);
    say(`ERROR: Backup of VM ${vmid} failed - ${words}`);
    say(`INFO: Failed at ${shown(run, now())}`);
    if (thrown instanceof Interrupted) throw thrown;
    return false;
  }
}

/** Backs a guest up while nobody can change it, and leaves it as it was. */
function* underLock(run: Run, guest: Guest, begun: number): Generator<number, void> {
  const { job } = run;
  const { values } = guest.config;
  values.set("lock", "backup");
  let goOn = () => {};
  try {
    const mode = guest.startedAt === undefined ? "stop" : (valueIn(job, "mode") ?? "snapshot");
    describe(run, guest, mode);
    if (mode === "stop" && guest.startedAt !== undefined) goOn = yield* stopForBackup(run, guest);
    yield* writeArchive(run, guest, begun);
    if (run.to.removes) pruneAfter(run, guest);
  } finally {
    values.delete("lock");
    goOn();
  }
}

/** Refuses one backup more where nothing is removed and there are as many as are kept, or as may be protected. */
function checkCount({ call, job, to }: Run, { vmid, type }: Guest): void {
  const { named, retention, removes } = to;
  const ofGuest = backupsOn(call.cluster, call.node, named, vmid).filter((backup) => backup.type === type);
  const limit = mostOf(retention);
  if (isSet(job, "protected")) checkProtectable(call, named, ofGuest, type);
  else if (!removes && limit > 0 && ofGuest.filter(({ volume }) => !volume.protected).length >= limit)
    throw died(
      `There is a max backup limit of ${limit} enforced by the target storage or the vzdump parameters. Either ` +
        "increase the limit or delete old backups.",
    );
}

const mostOf = (retention: Retention): number =>
  keepsAll(retention) ? 0 : Object.values(retention).reduce((sum, count) => sum + count, 0);

function pruneAfter({ call, to, say }: Run, { vmid, type }: Guest): void {
  const { retention, named } = to;
  const keeps = Object.entries(retention).map(([option, count]) => `${option}=${count}`);
  say(`INFO: prune older backups with retention: ${keeps.toSorted().join(", ")}`);
  const count = prune(call.cluster, call.node, named.id, {
    retention,
    which: { vmid, type },
    say: (line) => say(`INFO: ${line}`),
  });
  say(`INFO: pruned ${count} backup(s)${count > 0 ? " not covered by keep-retention policy" : ""}`);
}
