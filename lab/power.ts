import type { Cluster } from "./cluster.ts";
import type { ClusterNode } from "./node.ts";

const DOWN_AFTER = 2;
const UP_AFTER = 30;

/** Who has been told to go down and is still there: to be told once more changes nothing. */
const going = new WeakSet<ClusterNode>();

/**
 * A node goes down, whoever said so: a little later, so that who said it gets an answer; with `reboot` it is switched
 * on again after the time that takes, unless that goes wrong.
 */
export function goDown(cluster: Cluster, node: ClusterNode, how: "reboot" | "poweroff"): void {
  const { clock, guests } = cluster;
  if (going.has(node)) return;
  going.add(node);
  clock.after(DOWN_AFTER, () => {
    going.delete(node);
    for (const guest of guests.values()) if (guest.node === node.name) guest.startedAt = undefined;
    node.leave();
    if (how === "reboot") startOver(cluster, node, UP_AFTER);
  });
}

/** A node that is off starts by itself, some seconds later: well, or as it was told to go wrong. */
export function startOver(cluster: Cluster, node: ClusterNode, seconds: number): void {
  const { clock, faults } = cluster;
  const fault = faults.ofReboot(node.name);
  clock.after(seconds + (fault?.seconds ?? 0), () => {
    node.comeBack(fault);
    void node.started().then(() => startGuests(cluster, node));
  });
}

/** The guests that are to run from its start on, without what else a start of each would say. */
function startGuests({ clock, guests }: Cluster, node: ClusterNode): void {
  if (!node.online) return;
  for (const guest of guests.values())
    if (guest.node === node.name && guest.config.values.get("onboot") === "1") guest.startedAt ??= clock.now();
}
