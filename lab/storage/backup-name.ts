import { epochOf, localTime, offsetAt } from "#providers/backup/local-time.ts";
import type { GuestType } from "../guests/guest.ts";

/** What the name of a backup tells of it. */
export interface BackupName {
  readonly type: GuestType | "openvz" | "unknown";
  readonly format: string;
  /** Whose it is. */
  readonly owner: number | undefined;
  /** Which guest it is listed under: PVE also finds an id where it looks for no owner. */
  readonly vmid: number | undefined;
  /** When it was made; none in a name that PVE does not give. */
  readonly ctime: number | undefined;
}

const ARCHIVE = /^backup\/[^/]+?\.(tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/;
const SNAPSHOT = /^backup\/(vm|ct)\/(\d+)\/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;

/** Reads a name as a Proxmox Backup Server has it; nothing where it is none. */
export function readSnapshotName(name: string): BackupName | undefined {
  const [, kind, id, time = ""] = SNAPSHOT.exec(name) ?? [];
  if (kind === undefined) return undefined;
  const vmid = Number(id);
  return {
    type: kind === "vm" ? "qemu" : "lxc",
    format: `pbs-${kind}`,
    owner: vmid,
    vmid,
    ctime: Date.parse(time) / 1000,
  };
}

/** Reads a file's name, its time by the clock of the node that reads it; nothing where no backup is named like that. */
export function readArchiveName(name: string, zone: string): BackupName | undefined {
  const format = ARCHIVE.exec(name)?.[1];
  if (format === undefined) return undefined;
  const file = name.slice("backup/".length, -format.length - 1);
  const [, type, rest = ""] = /^vzdump-(qemu|lxc|openvz)-(.+)$/.exec(file) ?? [];
  const [, id, ...time] = /^([1-9]\d{2,8})-(\d{4})_(\d\d)_(\d\d)-(\d\d)_(\d\d)_(\d\d)$/.exec(rest) ?? [];
  const owner = /^(\d+)-./.exec(rest)?.[1];
  const listed = id ?? /-([1-9]\d{2,8})-./.exec(file)?.[1];
  return {
    type: type === "qemu" || type === "lxc" || type === "openvz" ? type : "unknown",
    format,
    owner: owner === undefined ? undefined : Number(owner),
    vmid: listed === undefined ? undefined : Number(listed),
    ctime: id === undefined ? undefined : epochIn(zone, time.map(Number)),
  };
}

/** Of a time that occurs twice it is the first one, as Perl has it. */
function epochIn(zone: string, [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: number[]): number {
  const time = { year, month, day, hour, minute, second };
  return epochOf(time, zone, offsetAt(epochOf(time, "UTC") - 86_400, zone));
}

/** Which guest is backed up, and when. */
export interface Backed {
  readonly type: GuestType;
  readonly vmid: number;
  readonly ctime: number;
}

/** The name that PVE gives a file, by the clock of the node that writes it. */
export function archiveName({ type, vmid, ctime }: Backed, zone: string, compression: string): string {
  const { year, month, day, hour, minute, second } = localTime(ctime, zone);
  const [years, ...others] = [year, month, day, hour, minute, second].map((part) => String(part).padStart(2, "0"));
  const [months, days, ...clock] = others;
  const extension = `${type === "qemu" ? "vma" : "tar"}${compression === "" ? "" : `.${compression}`}`;
  return `backup/vzdump-${type}-${vmid}-${years}_${months}_${days}-${clock.join("_")}.${extension}`;
}

export const snapshotName = ({ type, vmid, ctime }: Backed): string =>
  `backup/${type === "qemu" ? "vm" : "ct"}/${vmid}/${new Date(ctime * 1000).toISOString().replace(/\.\d+/, "")}`;
