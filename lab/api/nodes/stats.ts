import type { Cluster } from "../../cluster.ts";
import { statsOf } from "../../guests/stats.ts";
import type { ClusterNode } from "../../node.ts";
import { type Call, may } from "../call.ts";

const GIB = 2 ** 30;

/** Memory in use: what the running guests have, and what the host needs itself. */
export const memoryUsed = (cluster: Cluster, { name, memory }: ClusterNode): number =>
  [...cluster.guests.values()]
    .filter(({ node }) => node === name)
    .reduce((sum, guest) => Math.min(memory, sum + statsOf(cluster, guest).mem), 2 * GIB);

export const diskUsed = ({ disk }: ClusterNode): number => Math.floor(disk / 10);

/** What the cluster knows of a node; its figures only for who may audit it. */
export function nodeStats(call: Call, node: ClusterNode): Record<string, unknown> {
  const { name, online, uptime, cpu, memory, disk } = node;
  const about = { id: `node/${name}`, node: name, type: "node", status: online ? "online" : "offline", level: "" };
  if (!may(call, `/nodes/${name}`, "Sys.Audit")) return about;
  const limits = { maxcpu: cpu.threads * cpu.sockets, maxmem: memory, maxdisk: disk };
  if (!online) return { ...about, ...limits };
  return { ...about, ...limits, uptime, cpu: 0.02, mem: memoryUsed(call.cluster, node), disk: diskUsed(node) };
}
