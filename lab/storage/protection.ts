import { died } from "../api/api-error.ts";
import { type Call, may } from "../api/call.ts";
import type { Backup } from "./backups.ts";
import type { Named } from "./volumes.ts";

/** Refuses one more protected backup of a guest where there are as many as there may be. */
export function checkProtectable(call: Call, { id, storage }: Named, ofGuest: readonly Backup[], type: string): void {
  const said = storage.values.get("max-protected-backups");
  const most = said === undefined ? (may(call, `/storage/${id}`, "Datastore.Allocate") ? -1 : 5) : Number(said);
  const count = ofGuest.filter((backup) => backup.volume.protected && backup.type === type).length;
  if (most >= 0 && count >= most)
    throw died(`The number of protected backups per guest is limited to ${most} on storage '${id}'`);
}
