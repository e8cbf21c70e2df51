import { z } from "zod";
import { epochOf, localTime } from "#providers/backup/local-time.ts";
import { Bytes } from "../bytes.ts";
import { type Cluster, nodeOf } from "../cluster.ts";
import type { GuestType } from "../guests/guest.ts";
import type { ClusterNode } from "../node.ts";
import { archiveName, type Backed, snapshotName } from "../storage/backup-name.ts";
import { isBackupServer, readName } from "../storage/backups.ts";
import { contentOf, type Storage } from "../storage/storage.ts";
import { usedOn, volumesOn } from "../storage/volumes.ts";
import { backupSize } from "./size.ts";

/** Backups as a cluster file lists them. */
export const ListedBackups = z
  .strictObject({
    storage: z.string(),
    vmid: z.union([z.int(), z.array(z.int())]).transform((vmid) => [vmid].flat()),
    type: z.enum(["qemu", "lxc"]).optional(),
    node: z.string().optional(),
    last: z
      .string()
      .regex(/^[1-9]\d* (?:hour|day|week|month|year)s?$/, "want like 40 days: hours, days, weeks, months or years")
      .optional(),
    at: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "want like 02:00")
      .default("02:00"),
    times: z
      .array(z.string().regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?$/, "want like 2026-01-31 02:00:00, or with a Z"))
      .optional(),
    size: Bytes.optional(),
    notes: z.string().default(""),
    protected: z.boolean().default(false),
    name: z.string().optional(),
  })
  .refine(({ last, times }) => (last === undefined) !== (times === undefined), "want either last or times")
  .refine(({ name, times, vmid }) => !name || (times?.length === 1 && vmid.length === 1), "a name is for one backup");
export type ListedBackups = z.infer<typeof ListedBackups>;

const BACKUP_OF_WHO_IS_GONE = 2 ** 31;

/** Puts backups where a file says they are. */
export function addListed(cluster: Cluster, listed: ListedBackups, types: ReadonlyMap<number, GuestType>): void {
  const { storage: id, size, notes, name } = listed;
  const storage = cluster.storages.get(id);
  if (!storage || !contentOf(storage).includes("backup"))
    throw new Error(`backups are on '${id}', which is no storage of the file that holds any`);
  for (const [place, vmid] of listed.vmid.entries()) {
    const guest = cluster.guests.get(vmid);
    const node = nodeOf(cluster, listed.node ?? guest?.node ?? "") ?? cluster.nodes[0];
    if (!node) continue;
    const volumes = volumesOn(cluster, { id, storage }, node.name);
    for (const ctime of timesOf(listed, place, node, cluster.now())) {
      const backed = { type: listed.type ?? types.get(vmid) ?? "qemu", vmid, ctime };
      volumes.set(name === undefined ? nameOf(storage, backed, node) : renamed(storage, name, node), {
        written: ctime,
        size: size ?? (guest ? backupSize(guest) : BACKUP_OF_WHO_IS_GONE),
        notes,
        protected: listed.protected,
      });
    }
    if (usedOn(cluster, { id, storage }, node.name) > storage.total)
      throw new Error(`the backups on '${id}' are more than there is room for`);
  }
}

const nameOf = (storage: Storage, backed: Backed, { timezone }: ClusterNode): string =>
  isBackupServer(storage) ? snapshotName(backed) : archiveName(backed, timezone, "zst");

function renamed(storage: Storage, file: string, node: ClusterNode): string {
  const name = `backup/${file}`;
  if (!readName(storage, name, node)) throw new Error(`no backup is named '${file}'`);
  return name;
}

/** How far apart the backups of several guests are, which are made one after another. */
const APART = 180;

function timesOf({ times, last, at }: ListedBackups, place: number, { timezone }: ClusterNode, now: number): number[] {
  if (times) return times.map((text) => exactTime(text, timezone) + place * APART);
  const [count = "0", unit = ""] = (last ?? "").split(" ");
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  const today = localTime(now, timezone);
  const ago = (n: number): number => {
    const second = place * APART;
    if (unit.startsWith("hour")) return epochOf({ ...today, hour: today.hour - n, minute, second }, timezone);
    const { year, month, day } = today;
    const then = { year, month, day, hour, minute, second };
    if (unit.startsWith("day")) return epochOf({ ...then, day: day - n }, timezone);
    if (unit.startsWith("week")) return epochOf({ ...then, day: day - 7 * n }, timezone);
    // Every month has that day.
    const some = { ...then, day: Math.min(day, 28) };
    return epochOf(unit.startsWith("month") ? { ...some, month: month - n } : { ...some, year: year - n }, timezone);
  };
  const first = ago(0) > now ? 1 : 0;
  return Array.from({ length: Number(count) }, (_, n) => ago(n + first)).toSorted((a, b) => a - b);
}

function exactTime(text: string, zone: string): number {
  if (text.endsWith("Z")) return Date.parse(text.replace(" ", "T")) / 1000;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[-T :]/).map(Number);
  return epochOf({ year, month, day, hour, minute, second }, zone);
}
