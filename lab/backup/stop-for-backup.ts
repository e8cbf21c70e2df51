import type { Guest } from "../guests/guest.ts";
import { apply } from "../guests/pending.ts";
import type { Run } from "./back-up.ts";

const SHUTTING_DOWN = 5;

/**
 * Shuts a guest down before its backup. A machine is up again at once, and its backup goes on beneath it; a container
 * stays down: what is answered brings it up again.
 */
export function* stopForBackup({ call, say }: Run, guest: Guest): Generator<number, () => void> {
  const { now } = call.cluster;
  const stoppedAt = now();
  say("INFO: stopping virtual guest");
  yield SHUTTING_DOWN;
  guest.startedAt = undefined;
  const start = () => {
    apply(guest);
    guest.startedAt = now();
    return now() - stoppedAt;
  };
  if (guest.type === "qemu") {
    say("INFO: starting kvm to execute backup task");
    say(`INFO: resuming VM again after ${start()} seconds`);
    return () => {};
  }
  return () => {
    say("INFO: restarting vm");
    say(`INFO: guest is online again after ${start()} seconds`);
  };
}
