import type { Cluster } from "../cluster.ts";
import type { ClusterNode } from "../node.ts";

/** The machine behind a node: a folder that is its `/`, and what it can do. */
export interface Host {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  /** The folder on this machine that is the host's `/`. */
  readonly tree: string;
  /** It goes down now; with `reboot` it comes back, if what its files say boots. */
  goDown(how: "reboot" | "poweroff"): void;
}
