import { dropAcl, type Pool } from "../access/user-config.ts";
import { nodeOf } from "../cluster.ts";
import { listItems } from "../schema/formats.ts";
import { isOn } from "../storage/storage.ts";
import { died } from "./api-error.ts";
import { type Call, type Handler, may, must, mustAny } from "./call.ts";
import { guestResource, storageResource } from "./cluster/resources.ts";
import { orFails } from "./or-fails.ts";

const poolsOf = ({ cluster }: Call) => [...cluster.access.pools].toSorted(([a], [b]) => (a < b ? -1 : 1));
const commented = ({ comment }: Pool) => (comment === undefined ? {} : { comment });

/** All that one may see; or the one that is named, with its members. */
const list: Handler = (call) => {
  const named = call.params.maybe("poolid");
  if (named !== undefined) {
    // Here PVE looks who asks, and then tells whatever it found.
    return [{ poolid: named, ...whole(call, named) }];
  }
  return poolsOf(call)
    .filter(([poolid]) => may(call, `/pool/${poolid}`, "Pool.Audit"))
    .map(([poolid, pool]) => ({ poolid, ...commented(pool) }));
};

const read: Handler = (call) => whole(call, call.params.text("poolid"));

function whole(call: Call, poolid: string) {
  const pool = call.cluster.access.pools.get(poolid);
  if (!pool) throw died(`pool '${poolid}' does not exist`);
  return { ...commented(pool), members: membersOf(call, pool) };
}

function membersOf(call: Call, { guests, storages }: Pool): unknown[] {
  const { cluster, node, params } = call;
  const type = params.maybe("type");
  const ofGuests = [...guests]
    .toSorted((a, b) => a - b)
    .map((vmid) => cluster.guests.get(vmid))
    .filter((guest) => guest !== undefined && (type === undefined || type === guest.type))
    .map((guest) => guest && guestResource(call, guest));
  if (type !== undefined && type !== "storage") return ofGuests;
  const ofStorages = [...storages].toSorted().flatMap((id) => {
    const storage = cluster.storages.get(id);
    if (!storage) return [];
    const first = listItems(storage.values.get("nodes") ?? "").toSorted()[0];
    const where = isOn(storage, node.name) ? node : (nodeOf(cluster, first ?? "") ?? node);
    return [storageResource(call, { id, storage }, where)];
  });
  return [...ofGuests, ...ofStorages];
}

const create: Handler = ({ cluster, params }) =>
  orFails("create pool failed", () => {
    const poolid = params.text("poolid");
    const { pools } = cluster.access;
    if (pools.has(poolid)) throw died(`pool '${poolid}' already exists`);
    const [leaf = "", ...above] = poolid.split("/").toReversed();
    const parent = above.toReversed().join("/");
    if (parent !== "" && !pools.has(parent)) throw died(`parent '${parent}' of pool '${poolid}' does not exist`);
    if (!/^[A-Za-z]/.test(leaf)) throw died("pool name must start with a letter");
    pools.set(poolid, { comment: params.maybe("comment") || undefined, guests: new Set(), storages: new Set() });
    return null;
  });

const update: Handler = (call) =>
  orFails("update pools failed", () => {
    const { cluster, params } = call;
    const { pools } = cluster.access;
    const poolid = params.text("poolid");
    const pool = pools.get(poolid);
    if (!pool) throw died(`pool '${poolid}' does not exist`);
    const removing = params.flag("delete") ?? false;
    const vmids = listItems(params.maybe("vms") ?? "").map(Number);
    const storages = listItems(params.maybe("storage") ?? "");
    // All is looked at before anything is changed: PVE writes its file only when all went well.
    for (const vmid of vmids) checkGuest(call, poolid, pool, vmid, removing);
    for (const id of storages) checkStorage(call, pool, id, removing);
    if (params.has("comment")) pool.comment = params.text("comment") || undefined;
    for (const vmid of vmids) {
      for (const { guests } of pools.values()) guests.delete(vmid);
      if (!removing) pool.guests.add(vmid);
    }
    for (const id of storages) {
      if (removing) pool.storages.delete(id);
      else pool.storages.add(id);
    }
    return null;
  });

function checkGuest(call: Call, poolid: string, { guests }: Pool, vmid: number, removing: boolean): void {
  // Who may set ACLs there may also put it into a pool.
  mustAny(call, `/vms/${vmid}`, "Permissions.Modify", "VM.Allocate");
  if (removing !== guests.has(vmid)) throw died(`VM ${vmid} is ${removing ? "not" : "already"} a pool member`);
  const other = poolsOf(call).find(([id, pool]) => id !== poolid && pool.guests.has(vmid))?.[0];
  if (removing || other === undefined) return;
  if (!call.params.flag("allow-move"))
    throw died(`VM ${vmid} belongs already to pool '${other}' and 'allow-move' is not set`);
  must(call, `/pool/${other}`, "Pool.Allocate");
}

function checkStorage(call: Call, { storages }: Pool, id: string, removing: boolean): void {
  mustAny(call, `/storage/${id}`, "Permissions.Modify", "Datastore.Allocate");
  if (removing !== storages.has(id)) throw died(`Storage '${id}' is ${removing ? "not" : "already"} a pool member`);
}

const remove: Handler = ({ cluster, params }) =>
  orFails("delete pool failed", () => {
    const poolid = params.text("poolid");
    const { pools } = cluster.access;
    const pool = pools.get(poolid);
    if (!pool) throw died(`pool '${poolid}' does not exist`);
    const holds = (what: string) => died(`pool '${poolid}' is not empty (contains ${what})`);
    const below = [...pools.keys()].toSorted().find((id) => id.startsWith(`${poolid}/`));
    if (below !== undefined) throw holds(`pool '${below}'`);
    const guest = [...pool.guests].toSorted((a, b) => a - b).find((vmid) => cluster.guests.has(vmid));
    if (guest !== undefined) throw holds(`VM ${guest}`);
    const storage = [...pool.storages].toSorted().find((id) => cluster.storages.has(id));
    if (storage !== undefined) throw holds(`storage '${storage}'`);
    pools.delete(poolid);
    // PVE looks for the name of a nested pool where it is not: what stands there stays.
    const at = `/pool/${poolid}`;
    if (!poolid.includes("/")) dropAcl(cluster.access, ({ path }) => path === at || path.startsWith(`${at}/`));
    return null;
  });

export const pools: Readonly<Record<string, Handler>> = {
  "GET /pools": list,
  "POST /pools": create,
  "PUT /pools": update,
  "DELETE /pools": remove,
  "GET /pools/{poolid}": read,
  "PUT /pools/{poolid}": update,
  "DELETE /pools/{poolid}": remove,
};
