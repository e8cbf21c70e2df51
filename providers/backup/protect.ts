import type { PveApi } from "../pve/api.ts";
import type { Protect } from "./backup-steps.ts";
import { storedIn } from "./shelf.ts";

/** Marks each backup of some guests on a storage, so that no retention removes it. */
export async function protect(api: PveApi, { storage, guests }: Protect): Promise<void> {
  const nodes = [...new Set(guests.map(({ node }) => node))].toSorted();
  // A storage that all nodes share tells each of them the same: what one has marked, the next finds marked.
  for (const node of nodes) {
    const content = await api.call("GET /nodes/{node}/storage/{storage}/content", { node, storage, content: "backup" });
    const own = storedIn(content).filter(({ vmid, type }) =>
      guests.some((guest) => guest.vmid === vmid && guest.type === type),
    );
    for (const { volid } of own.filter((backup) => !backup.protected))
      await api.call("PUT /nodes/{node}/storage/{storage}/content/{volume}", {
        node,
        storage,
        volume: volid,
        protected: true,
      });
  }
}
