import type { Cluster } from "./cluster.ts";
import type { ClusterNode } from "./node.ts";

const DOWN_AFTER = 2;
const UP_AFTER = 30;

/**
 * A node goes down, whoever said so: a little later, so that who said it gets an answer; with `reboot` it is switched
 * on again after the time that takes.
 */
export function goDown({ clock, guests }: Cluster, node: ClusterNode, how: "reboot" | "poweroff"): void {
  clock.after(DOWN_AFTER, () => {
    for (const guest of guests.values()) if (guest.node === node.name) guest.startedAt = undefined;
    node.leave();
    if (how === "reboot") clock.after(UP_AFTER, () => node.comeBack());
  });
}
