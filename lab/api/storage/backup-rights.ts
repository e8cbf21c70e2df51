import { died } from "../api-error.ts";
import { type Call, may, must } from "../call.ts";

/** Whether who asks may read a backup: whoever may do all with the storage, or who may back up its guest. */
export const mayRead = (call: Call, id: string, owner: number | undefined): boolean =>
  may(call, `/storage/${id}`, "Datastore.Allocate") ||
  (owner !== undefined &&
    may(call, `/storage/${id}`, "Datastore.AllocateSpace") &&
    may(call, `/vms/${owner}`, "VM.Backup"));

/** Refuses who may not read a backup. */
export function mustRead(call: Call, id: string, { volid, owner }: { volid: string; owner: number | undefined }): void {
  if (mayRead(call, id, owner)) return;
  if (owner === undefined) throw died(`missing privileges to access ${volid}`);
  mustRemove(call, id, owner);
}

/** Refuses who may not remove a guest's backups, or any at all. */
export function mustRemove(call: Call, id: string, vmid: number | undefined): void {
  must(call, `/storage/${id}`, vmid === undefined ? "Datastore.Allocate" : "Datastore.AllocateSpace");
  if (vmid !== undefined) must(call, `/vms/${vmid}`, "VM.Backup");
}

/** What a task on a guest's backups is called by, or on all of a storage. */
export const taskId = (id: string, vmid: number | undefined): string => (vmid === undefined ? id : `${vmid}@${id}`);
