import type { ClusterNode } from "../node.ts";
import { Unsaid } from "../tasks/tasks.ts";
import { type Job, valueIn } from "./job.ts";

/** On a node one call of vzdump runs at a time. */
export const LOCK = "/var/run/vzdump.lock";
const MINUTES = 180;

/** Waits until no other one runs on the node. Where that takes too long it ends without a last word, as PVE does. */
export function* lock({ locks }: ClusterNode, job: Job, say: (line: string) => void): Generator<number, void> {
  const wait = Number(valueIn(job, "lockwait") ?? MINUTES) * 60;
  if (locks.has(LOCK)) {
    if (wait === 0) refuse(say, "(wait = 0)");
    say("INFO: trying to get global lock - waiting...");
    for (let waited = 0; locks.has(LOCK); waited += 1) {
      if (waited >= wait) refuse(say, "- got timeout");
      yield 1;
    }
    say("INFO: got global lock");
  }
  locks.add(LOCK);
}

function refuse(say: (line: string) => void, why: string): never {
  say(`ERROR: can't acquire lock '${LOCK}' ${why}`);
  throw new Unsaid();
}
