import type { Cluster } from "../../cluster.ts";

/** How often a host was connected to over SSH, and how many commands came, whatever became of them. */
export interface Visits {
  readonly connections: number;
  readonly commands: number;
}

/** Counts one more of them for the host of a node. */
export function count({ visits }: Cluster, node: string, what: keyof Visits): void {
  const before = visits.get(node) ?? { connections: 0, commands: 0 };
  visits.set(node, { ...before, [what]: before[what] + 1 });
}
