import type { Guest } from "../guests/guest.ts";
import { sizeOf } from "../guests/stats.ts";
import { backupVolumes } from "./backup-volumes.ts";

/** The part of its disks that a guest fills. */
const FILLED = 0.05;

/** How large a backup of a guest is, in bytes. */
export function backupSize(guest: Guest): number {
  const taken = backupVolumes(guest).filter(({ included }) => included);
  const bytes = taken.map(({ key }) => sizeOf(guest.config.values.get(key)));
  return Math.ceil(bytes.reduce((sum, size) => sum + size, 0) * FILLED);
}
