import type { Guest } from "../../guests/guest.ts";
import { isTemplate, statsOf } from "../../guests/stats.ts";
import type { ClusterNode } from "../../node.ts";
import { isActive } from "../../storage/active.ts";
import { contentOf, isOn, isShared } from "../../storage/storage.ts";
import { type Named, usedOn } from "../../storage/volumes.ts";
import { type Call, type Handler, may } from "../call.ts";
import { nodeStats } from "../nodes/stats.ts";

const resources: Handler = (call) => {
  const type = call.params.maybe("type");
  return [
    ...(type === undefined ? poolResources(call) : []),
    ...(type === undefined || type === "vm" ? guestResources(call) : []),
    ...(type === undefined || type === "node" ? nodeResources(call) : []),
    ...(type === undefined || type === "storage" ? storageResources(call) : []),
    ...(type === undefined ? networkResources(call) : []),
  ];
};

const poolResources = (call: Call) =>
  [...call.cluster.access.pools.keys()]
    .filter((pool) => may(call, `/pool/${pool}`, "Pool.Audit"))
    .toSorted()
    .map((pool) => ({ id: `/pool/${pool}`, pool, type: "pool" }));

/** What the cluster knows of a guest. Of one on a node that is away it knows the place alone. */
export function guestResource({ cluster }: Pick<Call, "cluster">, guest: Guest): Record<string, unknown> {
  const { vmid, type, node } = guest;
  const about = { id: `${type}/${vmid}`, vmid, node, type };
  if (!cluster.nodes.find(({ name }) => name === node)?.online) return { ...about, status: "unknown" };
  const traffic = { disk: 0, netin: 0, netout: 0, diskread: 0, diskwrite: 0 };
  return { ...about, ...statsOf(cluster, guest), ...traffic, template: Number(isTemplate(guest)) };
}

const guestResources = (call: Call) =>
  [...call.cluster.guests.values()]
    .filter(({ vmid }) => may(call, `/vms/${vmid}`, "VM.Audit"))
    .toSorted((a, b) => a.vmid - b.vmid)
    .map((guest) => {
      const pool = [...call.cluster.access.pools].find(([, { guests }]) => guests.has(guest.vmid))?.[0];
      const { values } = guest.config;
      return {
        ...guestResource(call, guest),
        ...(pool !== undefined && may(call, `/pool/${pool}`, "Pool.Audit") ? { pool } : {}),
        ...(values.has("tags") ? { tags: values.get("tags") } : {}),
        ...(values.has("lock") ? { lock: values.get("lock") } : {}),
      };
    });

const nodeResources = (call: Call) =>
  call.cluster.nodes.map((node) => ({
    ...nodeStats(call, node),
    ...(node.online ? { "cgroup-mode": 2 } : {}),
  }));

/** What the cluster knows of a storage on a node. Of one that cannot be reached there it knows the place alone. */
export function storageResource(
  { cluster }: Pick<Call, "cluster">,
  { id, storage }: Named,
  node: ClusterNode,
): Record<string, unknown> {
  const about = { id: `storage/${node.name}/${id}`, storage: id, node: node.name, type: "storage" };
  const sizes =
    node.online && isActive(storage, node.name)
      ? { maxdisk: storage.total, disk: usedOn(cluster, { id, storage }, node.name), status: "available" }
      : { status: "unknown" };
  return {
    ...about,
    plugintype: storage.type,
    shared: Number(isShared(storage)),
    content: contentOf(storage).join(","),
    ...sizes,
  };
}

const storageResources = (call: Call) =>
  [...call.cluster.storages]
    .filter(([id]) => may(call, `/storage/${id}`, "Datastore.Audit"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, storage]) =>
      call.cluster.nodes
        .filter(({ name }) => isOn(storage, name))
        .map((node) => storageResource(call, { id, storage }, node)),
    );

/** The network that is there without any SDN: `sdn` in 8, `network` in 9. */
function networkResources(call: Call) {
  if (!may(call, "/sdn/zones/localnetwork", "SDN.Audit")) return [];
  return call.cluster.nodes.map(({ name }) =>
    call.node.release === "8.4"
      ? { id: `sdn/${name}/localnetwork`, sdn: "localnetwork", node: name, type: "sdn", status: "ok" }
      : {
          id: `network/${name}/zone/localnetwork`,
          type: "network",
          "network-type": "zone",
          network: "localnetwork",
          node: name,
          status: "ok",
        },
  );
}

export const clusterResources: Readonly<Record<string, Handler>> = { "GET /cluster/resources": resources };
