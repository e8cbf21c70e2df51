import { died } from "../api/api-error.ts";
import { type Call, may, must } from "../api/call.ts";
import { Interrupted, type Work } from "../tasks/tasks.ts";
import { backUp, INTERRUPTED } from "./back-up.ts";
import { commandLine } from "./command-line.ts";
import { destination } from "./destination.ts";
import { isSet, type Job } from "./job.ts";
import { LOCK, lock } from "./vzdump-lock.ts";

/** Backs up some guests of a node, one after another. */
export const vzdump = (call: Call, job: Job, vmids: readonly number[]): Work =>
  function* (say) {
    const to = destination(call, job);
    yield* lock(call.node, job, say);
    try {
      say(`INFO: starting new backup job: ${commandLine(job)}`);
      let failures = 0;
      for (const vmid of allowed(call, job, vmids)) failures += Number(!(yield* backUp({ call, job, to, say }, vmid)));
      say(`INFO: Backup job finished ${failures > 0 ? "with errors" : "successfully"}`);
      if (failures > 0) throw died("job errors");
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      say(`ERROR: Backup job failed - ${INTERRUPTED}`);
      throw died(INTERRUPTED);
    } finally {
      call.node.locks.delete(LOCK);
    }
  };

/** Those that one may back up. Who wanted all gets what there is, who named one that is not theirs nothing. */
function allowed(call: Call, job: Job, vmids: readonly number[]): number[] {
  return vmids
    .toSorted((a, b) => a - b)
    .filter((vmid) => {
      if (!call.cluster.guests.has(vmid) || may(call, `/vms/${vmid}`, "VM.Backup")) return true;
      if (!isSet(job, "all")) must(call, `/vms/${vmid}`, "VM.Backup");
      return false;
    });
}
