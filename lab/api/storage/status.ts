import { nodeOf } from "../../cluster.ts";
import { listItems } from "../../schema/formats.ts";
import { contentOf, isOn, isShared, type Storage } from "../../storage/storage.ts";
import { badParameters } from "../api-error.ts";
import { type Call, type Handler, may } from "../call.ts";

/** How a storage stands on the node that answers. */
function standing({ node }: Call, storage: Storage): Record<string, unknown> {
  const on = isOn(storage, node.name);
  const { total, used, type } = storage;
  const sizes = on ? { total, used, avail: total - used } : { total: 0, used: 0, avail: 0 };
  return {
    type,
    content: contentOf(storage).join(","),
    shared: Number(isShared(storage)),
    enabled: Number(on),
    active: Number(on),
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
    .map(([id, storage]) => ({
      storage: id,
      ...standing(call, storage),
      ...(storage.total > 0 && isOn(storage, node.name) ? { used_fraction: storage.used / storage.total } : {}),
    }));
};

const read: Handler = (call) => {
  const storage = call.cluster.storages.get(call.params.text("storage"));
  if (!storage) throw badParameters({ storage: "No such storage." });
  return standing(call, storage);
};

export const storageStatus: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/storage": list,
  "GET /nodes/{node}/storage/{storage}/status": read,
};
