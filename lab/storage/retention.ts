import { isoWeek, type LocalTime, localTime } from "#providers/backup/local-time.ts";
import { PROPERTY_STRINGS } from "../schema/named-property-strings.ts";
import { parsePropertyString } from "../schema/property-string.ts";

/** How many to keep, by option: `keep-last`, `keep-hourly`, …; `keep-all` is 1 or 0. */
export type Retention = Readonly<Record<string, number>>;

export const KEEP_ALL: Retention = { "keep-all": 1 };

/** Reads `keep-last=3,keep-daily=7`. What would keep nothing keeps all. */
export function parseRetention(text: string): Retention {
  const read = Object.entries(parsePropertyString(PROPERTY_STRINGS["prune-backups"] ?? {}, text));
  const kept = read.map(([option, count]) => [option, Number(count)] as const);
  return kept.some(([, count]) => count > 0) ? Object.fromEntries(kept) : KEEP_ALL;
}

export const keepsAll = (retention: Retention): boolean => retention["keep-all"] === 1;

/** The options in the order in which they are looked at, each with the period of which it keeps one backup. */
const PERIODS: readonly (readonly [string, (time: LocalTime, ctime: number) => string])[] = [
  ["keep-last", (_, ctime) => `${ctime}`],
  ["keep-hourly", ({ year, month, day, hour }) => `${year}/${month}/${day}/${hour}`],
  ["keep-daily", ({ year, month, day }) => `${year}/${month}/${day}`],
  ["keep-weekly", (time) => Object.values(isoWeek(time)).join("/")],
  ["keep-monthly", ({ year, month }) => `${year}/${month}`],
  ["keep-yearly", ({ year }) => `${year}`],
];

/** Those of a guest's backups that are not kept, by the clock on the wall. */
export function outdated<B extends { readonly ctime: number }>(
  backups: readonly B[],
  retention: Retention,
  zone: string,
): ReadonlySet<B> {
  if (keepsAll(retention)) return new Set();
  let undecided = backups.toSorted((a, b) => b.ctime - a.ctime);
  const kept = new Set<B>();
  const gone = new Set<B>();
  for (const [option, periodOf] of PERIODS) {
    const period = ({ ctime }: B) => periodOf(localTime(ctime, zone), ctime);
    const covered = new Set([...kept].map(period));
    const open = undecided.filter((backup) => !covered.has(period(backup)));
    const periods = [...Map.groupBy(open, period).values()].slice(0, retention[option] ?? 0);
    for (const [newest, ...others] of periods) {
      if (newest) kept.add(newest);
      for (const other of others) gone.add(other);
    }
    undecided = undecided.filter((backup) => !kept.has(backup) && !gone.has(backup));
  }
  return new Set([...gone, ...undecided]);
}
