import { activated } from "../../storage/active.ts";
import { type Backup, backupsOn } from "../../storage/backups.ts";
import { contentOf } from "../../storage/storage.ts";
import type { Handler } from "../call.ts";
import { mayRead } from "./backup-rights.ts";

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
