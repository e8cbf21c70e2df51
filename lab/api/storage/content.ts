import { activated } from "../../storage/active.ts";
import { type Backup, backupsOn } from "../../storage/backups.ts";
import { contentOf } from "../../storage/storage.ts";
import { type Call, type Handler, may } from "../call.ts";

/** What a list tells of a backup: of its notes the first line alone. */
function told({ volid, format, ctime, type, vmid, volume }: Backup): Record<string, unknown> {
  const [notes = ""] = volume.notes.split("\n");
  return {
    volid,
    content: "backup",
    subtype: type,
    format,
    ctime,
    size: volume.size,
    ...(vmid === undefined ? {} : { vmid }),
    ...(volume.notes === "" ? {} : { notes }),
    ...(volume.protected ? { protected: 1 } : {}),
  };
}

/** Whether who asks may read a backup: whoever may do all with the storage, or who may back up its guest. */
export const mayRead = (call: Call, id: string, owner: number | undefined): boolean =>
  may(call, `/storage/${id}`, "Datastore.Allocate") ||
  (owner !== undefined &&
    may(call, `/storage/${id}`, "Datastore.AllocateSpace") &&
    may(call, `/vms/${owner}`, "VM.Backup"));

const list: Handler = (call) => {
  const { cluster, node, params } = call;
  const named = activated(cluster, node, params.text("storage"));
  const content = params.maybe("content") ?? "backup";
  if (content !== "backup" || !contentOf(named.storage).includes(content)) return [];
  const lower = ({ volid }: Backup) => volid.toLowerCase();
  return backupsOn(cluster, node, named, params.integer("vmid"))
    .filter(({ owner }) => mayRead(call, named.id, owner))
    .toSorted((a, b) => (lower(a) < lower(b) ? -1 : Number(lower(a) > lower(b))))
    .map(told);
};

export const storageContent: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/storage/{storage}/content": list,
};
