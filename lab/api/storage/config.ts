import { dropAcl } from "../../access/user-config.ts";
import { listItems } from "../../schema/formats.ts";
import { apiOf } from "../../schema/schema.ts";
import { contentOf, isShared, type Storage, storagesDigest } from "../../storage/storage.ts";
import { type StorageType, storageTypes } from "../../storage/types.ts";
import { died } from "../api-error.ts";
import { type Call, type Handler, may, type Params } from "../call.ts";
import { orFails } from "../or-fails.ts";

/** What PVE tells of a storage: its file's section, and what it adds to it. */
function told(call: Call, id: string, storage: Storage): Record<string, unknown> {
  const properties = apiOf(call.node.release).paths["/storage"]?.POST?.parameters.properties ?? {};
  const values = [...storage.values].map(([key, value]) => {
    const type = properties[key]?.type;
    return [key, type === "boolean" || type === "integer" ? Number(value) : value] as const;
  });
  return {
    ...Object.fromEntries(values),
    storage: id,
    type: storage.type,
    content: contentOf(storage).join(","),
    digest: storagesDigest(call.cluster),
    ...(isShared(storage) ? { shared: 1 } : {}),
  };
}

export function storageOf({ cluster }: Pick<Call, "cluster">, id: string): Storage {
  const storage = cluster.storages.get(id);
  if (!storage) throw died(`storage '${id}' does not exist`);
  return storage;
}

const list: Handler = (call) => {
  const type = call.params.maybe("type");
  return [...call.cluster.storages]
    .filter(
      ([id, storage]) =>
        may(call, `/storage/${id}`, "Datastore.Audit", "Datastore.AllocateSpace") &&
        (type ?? storage.type) === storage.type,
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, storage]) => told(call, id, storage));
};

const read: Handler = (call) => {
  const id = call.params.text("storage");
  return told(call, id, storageOf(call, id));
};

const CAPACITY = 100 * 2 ** 30;

const create: Handler = ({ cluster, params }) => {
  const [id, type] = [params.text("storage"), params.text("type")];
  const known = typeOf(type);
  const given = settings(known, params, "storage", "type");
  if (known.mounted && !given.values.has("path")) given.values.set("path", `/mnt/pve/${id}`);
  const missing = known.required.find((key) => !given.values.has(key));
  if (missing !== undefined) throw died(`missing value for required option '${missing}'`);
  if (given.values.get("nodes") === "") given.values.delete("nodes");
  return orFails("create storage failed", () => {
    if (cluster.storages.has(id)) throw died(`storage ID '${id}' already defined`);
    cluster.storages.set(id, { type, ...given, total: CAPACITY, used: 0, offline: new Set() });
    return { storage: id, type };
  });
};

const typeOf = (type: string): StorageType =>
  storageTypes[type] ?? { required: [], optional: [], content: [], defaultContent: [] };

/** What goes into the file and what beside it, each allowed for the type. */
function settings(type: StorageType, params: Params, ...without: readonly string[]) {
  const values = new Map<string, string>();
  const secrets = new Map<string, string>();
  for (const key of params.keys(...without)) {
    if (!type.required.includes(key) && !type.optional.includes(key)) throw died(`unexpected property '${key}'`);
    const value = key === "content" ? supported(type, params.text(key)) : params.text(key);
    (type.secret?.includes(key) ? secrets : values).set(key, value);
  }
  return { values, secrets };
}

/** PVE passes over what a type cannot hold, as long as anything is left. */
function supported({ content }: StorageType, wanted: string): string {
  const items = listItems(wanted).filter((item) => content.includes(item));
  if (items.includes("none") && items.length > 1) throw died("unable to combine 'none' with other content types");
  if (items.length === 0 && !content.includes("none")) throw died("storage does not support content type 'none'");
  return items.toSorted().join(",");
}

const update: Handler = ({ cluster, params }) => {
  const id = params.text("storage");
  return orFails("update storage failed", () => {
    const digest = params.maybe("digest");
    if (digest && digest !== storagesDigest(cluster))
      throw died("detected modified configuration - file changed by other user? Try again.");
    const storage = storageOf({ cluster }, id);
    const known = typeOf(storage.type);
    const about = ["storage", "digest", "delete"];
    const fixed = params.keys(...about).find((key) => known.required.includes(key) || known.fixed?.includes(key));
    if (fixed !== undefined) throw died(`can't change value of fixed parameter '${fixed}'`);
    const given = settings(known, params, ...about);
    for (const key of listItems(params.maybe("delete") ?? "")) {
      if (known.required.includes(key)) throw died(`unable to delete required option '${key}'`);
      if (!known.optional.includes(key)) throw died(`no such option '${key}'`);
      if (known.fixed?.includes(key)) throw died(`unable to delete fixed option '${key}'`);
      if (given.values.has(key)) throw died(`cannot set and delete property '${key}' at the same time!`);
    }
    for (const key of listItems(params.maybe("delete") ?? "")) {
      storage.values.delete(key);
      storage.secrets.delete(key);
    }
    for (const [key, value] of given.values) storage.values.set(key, value);
    for (const [key, value] of given.secrets) storage.secrets.set(key, value);
    return { storage: id, type: storage.type };
  });
};

const remove: Handler = ({ cluster, params }) => {
  const id = params.text("storage");
  orFails("delete storage failed", () => storageOf({ cluster }, id));
  cluster.storages.delete(id);
  for (const { storages } of cluster.access.pools.values()) storages.delete(id);
  dropAcl(cluster.access, ({ path }) => path === `/storage/${id}`);
  return null;
};

export const storageConfig: Readonly<Record<string, Handler>> = {
  "GET /storage": list,
  "POST /storage": create,
  "GET /storage/{storage}": read,
  "PUT /storage/{storage}": update,
  "DELETE /storage/{storage}": remove,
};
