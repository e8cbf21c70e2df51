import { type Cluster, isQuorate } from "../../cluster.ts";
import { badParameters, died } from "../api-error.ts";
import type { Handler } from "../call.ts";

const status: Handler = ({ cluster, node: self }) => {
  const { name, nodes } = cluster;
  // A node that is in no cluster tells of itself alone.
  const alone = nodes.length === 1;
  const entries = nodes.map((node) => ({
    type: "node",
    id: `node/${node.name}`,
    name: node.name,
    nodeid: alone ? 0 : node.id,
    ip: node.ip,
    local: Number(node === self),
    online: Number(node.online),
    level: "",
  }));
  if (alone) return entries;
  const whole = { type: "cluster", id: "cluster", name, nodes: nodes.length, version: nodes.length };
  return [{ ...whole, quorate: Number(isQuorate(cluster)) }, ...entries];
};

const nextId: Handler = ({ cluster, params }) => {
  const { guests, options } = cluster;
  const wanted = params.integer("vmid");
  if (wanted !== undefined) {
    if (guests.has(wanted)) throw badParameters({ vmid: `VM ${wanted} already exists` });
    return String(wanted);
  }
  const bound = (key: string, otherwise: number) =>
    Number(new RegExp(`(?:^|,)${key}=(\\d+)`).exec(options.get("next-id") ?? "")?.[1] ?? otherwise);
  const [lower, upper] = [bound("lower", 100), bound("upper", 1_000_000)];
  const free = firstFree(cluster, lower, upper);
  if (free === undefined) throw died(`unable to get any free VMID in range [${lower}, ${upper}]`);
  return String(free);
};

function firstFree({ guests }: Cluster, lower: number, upper: number): number | undefined {
  for (let vmid = lower; vmid < upper; vmid += 1) if (!guests.has(vmid)) return vmid;
  return undefined;
}

export const clusterStatus: Readonly<Record<string, Handler>> = {
  "GET /cluster/status": status,
  "GET /cluster/nextid": nextId,
};
