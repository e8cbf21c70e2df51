import { isCdrom, isDrive, parseDrive } from "../guests/drives.ts";
import type { Guest } from "../guests/guest.ts";
import { sizeOf } from "../guests/stats.ts";

/** A disk of a guest that a backup takes in. */
export interface BackedDisk {
  readonly key: string;
  readonly file: string;
  readonly bytes: number;
}

/** What a backup of a guest takes in: of a container its root, and what is said of the others. */
export function backedDisks({ type, config: { values } }: Guest): BackedDisk[] {
  const disks = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return disks.flatMap(([key, text]) => {
    const drive = parseDrive(text);
    const isTaken =
      type === "qemu"
        ? isDrive(key) && !isCdrom(drive) && !drive.options.includes("backup=0")
        : key === "rootfs" || (/^mp\d+$/.test(key) && drive.options.includes("backup=1"));
    return isTaken ? [{ key, file: drive.file, bytes: sizeOf(text) }] : [];
  });
}

/** The part of its disks that a guest fills. */
const FILLED = 0.05;

/** How large a backup of a guest is, in bytes. */
export const backupSize = (guest: Guest): number =>
  Math.ceil(backedDisks(guest).reduce((sum, { bytes }) => sum + bytes, 0) * FILLED);
