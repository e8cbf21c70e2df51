import { Trouble } from "../core/trouble.ts";
import type { PveApi } from "../pve/api.ts";
import { lyingOn } from "./shelf.ts";
import type { Protect } from "./step.ts";

/** Marks each backup of a job's guests on its storage, those of guests that are gone too, so that nothing prunes it. */
export async function protect(api: PveApi, { storage, isServer, nodes, isFor }: Protect): Promise<void> {
  if (nodes.length === 0)
    throw new Trouble({
      doing: `protecting backups on ${storage}`,
      came: "no node that has the storage answers",
      next: "Wait until one does, or set onDestroy to keep",
    });
  for (const node of nodes)
    for (const { volid, vmid, mark } of await lyingOn(api, { node, storage, isServer }))
      if (mark !== "protected" && vmid !== undefined && isFor(vmid))
        await api.call("PUT /nodes/{node}/storage/{storage}/content/{volume}", {
          ...{ node, storage, volume: volid },
          protected: true,
        });
}
