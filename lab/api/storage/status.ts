import { nodeOf } from "../../cluster.ts";
import { listItems } from "../../schema/formats.ts";
import { isActive } from "../../storage/active.ts";
import { contentOf, isOn, isShared } from "../../storage/storage.ts";
import { type Named, usedOn } from "../../storage/volumes.ts";
import { badParameters } from "../api-error.ts";
import { type Call, type Handler, may } from "../call.ts";

/** How a storage stands on the node that answers. */
function standing({ cluster, node }: Call, named: Named) {
  const { storage } = named;
  const active = isActive(storage, node.name);
  const { total, type } = storage;
  const used = usedOn(cluster, named, node.name);
  const sizes = active ? { total, used, avail: Math.max(total - used, 0) } : { total: 0, used: 0, avail: 0 };
  return {
    type,
    content: contentOf(storage).join(","),
    shared: Number(isShared(storage)),
    enabled: Number(isOn(storage, node.name)),
    active: Number(active),
    ...sizes,
  };
}

const list: Handler = (call) => {
  const { cluster, node, params } = call;
  const content = params.maybe("content");
  const named = params.maybe("storage");
  const target = nodeOf(cluster, params.maybe("target") ?? "");
  const counted = [...cluster.storages].filter(
    ([, storage]) =>
      content === undefined ||
      (isOn(storage, node.name) && listItems(content).some((item) => contentOf(storage).includes(item))),
  );
  if (named !== undefined && !counted.some(([id]) => id === named))
    throw badParameters({ storage: "No such storage." });
  return counted
    .filter(([id]) => (named ?? id) === id && may(call, `/storage/${id}`, "Datastore.Audit", "Datastore.AllocateSpace"))
    .filter(([, { values }]) => !params.flag("enabled") || values.get("disable") !== "1")
    .filter(
      ([, storage]) =>
        target === undefined ||
        target === node ||
        (isShared(storage) && isOn(storage, node.name) && isOn(storage, target.name)),
    )
    .map(([id, storage]) => {
      const told = standing(call, { id, storage });
      return { storage: id, ...told, ...(told.total > 0 ? { used_fraction: told.used / told.total } : {}) };
    });
};

const read: Handler = (call) => {
  const id = call.params.text("storage");
  const storage = call.cluster.storages.get(id);
  if (!storage) throw badParameters({ storage: "No such storage." });
  return standing(call, { id, storage });
};

export const storageStatus: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/storage": list,
  "GET /nodes/{node}/storage/{storage}/status": read,
};
