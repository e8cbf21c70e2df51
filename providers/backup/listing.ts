import type { PveApi } from "../pve/api.ts";
import type { Guest } from "./selection.ts";

/** Where backups are. */
export interface Shelf {
  readonly node: string;
  readonly storage: string;
  /** Whether it is a Proxmox Backup Server, which is asked for each group of backups by itself. */
  readonly isServer: boolean;
}

export interface Listed {
  readonly volid: string;
  readonly ctime: number;
  readonly isProtected: boolean;
}

/**
 * What lies there of guests, of all where none are named. By a prune that would keep all, and is just tried: a list of
 * the storage's content leaves out what we may not touch.
 */
export async function backupsOf(
  api: PveApi,
  { node, storage, isServer }: Shelf,
  guests?: readonly Pick<Guest, "vmid" | "type">[],
): Promise<(Listed & { readonly vmid: number | undefined; readonly type: string })[]> {
  const takes = { node, storage, "prune-backups": "keep-all=1" };
  const questions = isServer && guests ? guests.map(({ vmid, type }) => ({ ...takes, vmid, type })) : [takes];
  const answers = await Promise.all(
    questions.map((one) => api.call("GET /nodes/{node}/storage/{storage}/prunebackups", one)),
  );
  const own = guests && new Set(guests.map(({ vmid, type }) => `${type}/${vmid}`));
  return answers
    .flat()
    .filter(({ type, vmid }) => own?.has(`${type}/${vmid}`) ?? true)
    .map(({ volid, ctime, type, vmid, mark }) => ({ volid, ctime, type, vmid, isProtected: mark === "protected" }));
}
