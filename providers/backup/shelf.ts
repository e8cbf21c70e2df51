import type { PveApi } from "../pve/api.ts";
import type { Returns } from "../pve/endpoints.ts";
import type { Backup } from "./prune.ts";
import { KEEP_ALL, type Retention, retentionText } from "./retention.ts";
import type { Guest } from "./selection.ts";

/** A backup that lies on a storage, and how big it is, where we may know. */
export interface Stored extends Backup {
  readonly size: number | undefined;
}

/** Where backups are. */
export interface Shelf {
  readonly node: string;
  readonly storage: string;
  /** Whether it is a Proxmox Backup Server. */
  readonly isServer: boolean;
}

interface Tried {
  readonly retention: Retention;
  /** All, where none are named. */
  readonly guests?: readonly Pick<Guest, "vmid" | "type">[] | undefined;
  readonly since: number;
}

type Told = Returns<"GET /nodes/{node}/storage/{storage}/prunebackups">;

/** What a prune by a retention would do to what lies there of guests: it is just tried. */
export async function triedOn(api: PveApi, shelf: Shelf, { retention, guests, since }: Tried): Promise<Told> {
  const { node, storage, isServer } = shelf;
  const takes = { node, storage, "prune-backups": retentionText(retention) };
  // A backup server is asked for each group of backups anyway, and for all of them in vain where there are many.
  const questions = isServer && guests ? guests.map(({ vmid, type }) => ({ ...takes, vmid, type })) : [takes];
  const answers = await Promise.all(
    questions.map((one) => api.read("GET /nodes/{node}/storage/{storage}/prunebackups", one, since)),
  );
  // Beside the guest's own there may be those of one of another type that had its number before.
  const own = guests && new Set(guests.map(({ vmid, type }) => `${type}/${vmid}`));
  return answers.flat().filter(({ type, vmid }) => own?.has(`${type}/${vmid}`) ?? true);
}

/**
 * What lies there now of guests, of all where none are named. By a prune that would keep all: a list of the storage's
 * content leaves out what we may not touch.
 */
export const lyingOn = (api: PveApi, shelf: Shelf, guests?: Tried["guests"]): Promise<Told> =>
  triedOn(api, shelf, { retention: KEEP_ALL, guests, since: performance.now() });
