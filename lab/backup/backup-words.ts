import { localTime } from "#providers/backup/local-time.ts";
import type { Guest } from "../guests/guest.ts";
import { nameOf } from "../guests/stats.ts";
import type { Run } from "./back-up.ts";
import { backupVolumes } from "./backup-volumes.ts";
import { isSet, valueIn } from "./job.ts";

/** Says what a backup takes in, and how. */
export function describe({ say, job }: Run, guest: Guest, mode: string): void {
  const { type, config } = guest;
  say(`INFO: ${type === "qemu" ? "VM" : "CT"} Name: ${nameOf(guest)}`);
  for (const { key, volume, included } of backupVolumes(guest)) {
    const size = /(?:^|,)size=([^,]+)/.exec(config.values.get(key) ?? "")?.[1];
    const takes = Number(included) === 1;
    if (type === "lxc") say(`INFO: ${takes ? "including" : "excluding"} mount point ${key} in backup`);
    else say(`INFO: ${takes ? "include" : "exclude"} disk '${key}' '${volume}'${size === undefined ? "" : ` ${size}`}`);
  }
  say(`INFO: backup mode: ${mode}`);
  if (isSet(job, "bwlimit")) say(`INFO: bandwidth limit: ${valueIn(job, "bwlimit")} KiB/s`);
  say(`INFO: ionice priority: ${valueIn(job, "ionice") ?? 7}`);
}

const two = (part: number): string => String(part).padStart(2, "0");

/** A time by the clock of the node, as vzdump writes it. */
export function shown({ call }: Run, epoch: number): string {
  const { year, month, day, hour, minute, second } = localTime(epoch, call.node.timezone);
  return `${year}-${two(month)}-${two(day)} ${[hour, minute, second].map(two).join(":")}`;
}

/** Hours, minutes and seconds. */
export const lasted = (seconds: number): string =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
