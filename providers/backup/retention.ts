import { z } from "zod";
import type { Args } from "./backup-retention.args.ts";
import type { Keep } from "./prune.ts";

const PERIODS = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** A retention as PVE tells it: `keep-all`, or counts that are not 0. */
export const Retention = z.record(z.string(), z.union([z.number(), z.literal(true)]));
export type Retention = Readonly<z.output<typeof Retention>>;

export const KEEP_ALL: Retention = { "keep-all": true };

/** As PVE means it: all of them where no count is more than 0. */
export function retentionIn(told: Readonly<Record<string, unknown>>): Retention {
  const counts = PERIODS.flatMap((period) => {
    const count = Number(told[`keep-${period}`] ?? 0);
    return count > 0 ? [[`keep-${period}`, count] as const] : [];
  });
  return counts.length === 0 ? { "keep-all": true } : Object.fromEntries(counts);
}

/** Of a storage PVE tells it as one text. */
export const retentionOf = (text: string): Retention =>
  retentionIn(Object.fromEntries(text.split(",").map((word) => word.split("=", 2))));

export const retentionText = (retention: Retention): string =>
  Object.entries(retention)
    .map(([key, count]) => `${key}=${Number(count)}`)
    .join(",");

export const retentionFor = (keep: Args["jobs"][number]["keep"] & {}): Retention =>
  retentionIn(
    keep === "all" ? {} : Object.fromEntries(Object.entries(keep).map(([period, count]) => [`keep-${period}`, count])),
  );

export const keepIn = (retention: Retention): Keep =>
  retention["keep-all"]
    ? "all"
    : Object.fromEntries(
        PERIODS.flatMap((period) => {
          const count = Number(retention[`keep-${period}`] ?? 0);
          return count > 0 ? [[period, count]] : [];
        }),
      );

export function retentionWords(retention: Retention): string {
  const keep = keepIn(retention);
  if (keep === "all") return "all";
  return Object.entries(keep)
    .map(([period, count]) => (period === "last" ? `the last ${count}` : `${count} ${period}`))
    .join(", ");
}
