import { localTime } from "./local-time.ts";
import type { Guest } from "./selection.ts";
import type { Stored } from "./shelf.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** `101 (talos-k8s-01)`. */
export const guestWords = ({ vmid, name }: Pick<Guest, "vmid" | "name">): string =>
  name ? `${vmid} (${name})` : `${vmid}`;

export function sizeWords(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[power]}`;
}

/** `Sun 2026-11-22 02:00`, by the clock of a zone. */
export function timeWords(epoch: number, zone: string): string {
  const { year, month, day, hour, minute, second, weekday } = localTime(epoch, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = second === 0 ? "" : `:${two(second)}`;
  return `${DAYS[weekday]} ${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}${seconds}`;
}

/** A backup by the name that PVE has for it, and how big it is. */
export const backupWords = ({ volid, size }: Pick<Stored, "volid" | "size">): string =>
  size === undefined ? volid : `${volid} (${sizeWords(size)})`;
