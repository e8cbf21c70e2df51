import type { DryRun, Facts } from "./backup-facts.ts";
import { calendarEventIn, isMistake } from "./calendar.ts";
import type { JobObject } from "./job.ts";
import { nextRuns } from "./next-run.ts";
import { marksOf } from "./prune.ts";
import type { Pruning } from "./pruning.ts";
import { keepIn } from "./retention.ts";
import type { Guest } from "./selection.ts";
import type { Stored } from "./shelf.ts";

/** What a retention does to the backups of one guest on one storage. */
export interface Fall {
  readonly pruning: Pruning;
  readonly guest: Guest;
  /** What it does not cover today: the next run removes it. */
  readonly now: readonly Stored[];
  /** What goes besides since the next run brings a newer one. */
  readonly rotated: readonly Stored[];
  /** What stays of all that is there today, as of today. */
  readonly left: readonly Stored[];
  /** Whether nothing of what is there today stays after the next run. */
  readonly all: boolean;
}

/** Each guest that has a backup, by each retention that is about it. Pure. */
export const falls = (facts: Pick<Facts, "dryRuns" | "zones" | "now" | "planned">): Fall[] =>
  facts.dryRuns.flatMap((run) => {
    const zone = zoneOf(run.pruning, facts.zones);
    const next = nextRunOf(facts.planned.get(run.pruning.job), facts.now, zone);
    return run.pruning.guests.flatMap((guest) => fallOf(guest, run, zone, next));
  });

/** When a job makes its next backups; now, where nobody knows. */
function nextRunOf(job: JobObject | undefined, now: number, zone: string): number {
  const event = calendarEventIn(job?.schedule ?? "");
  return isMistake(event) ? now : (nextRuns(event, now, zone, 1)[0] ?? now);
}

export const zoneOf = ({ node }: Pick<Pruning, "node">, zones: Facts["zones"]): string =>
  zones.get(node ?? "") ?? "UTC";

function fallOf(guest: Guest, { pruning, stored, marks }: DryRun, zone: string, at: number): Fall[] {
  const own = stored.filter(({ vmid, type }) => vmid === guest.vmid && type === guest.type);
  if (own.length === 0) return [];
  const next: Stored = { ...NEXT, ctime: at, vmid: guest.vmid, type: guest.type };
  const later = marksOf([next, ...own], keepIn(pruning.retention), zone);
  const goes = (volid: string) => marks.get(volid) === "remove";
  const left = own.filter(({ volid }) => !goes(volid));
  const rotated = left.filter(({ volid }) => later.get(volid) === "remove");
  return [
    { pruning, guest, now: own.filter(({ volid }) => goes(volid)), rotated, left, all: rotated.length === left.length },
  ];
}

/** The backup that the next run makes before it prunes. */
const NEXT = { volid: "", size: 0, protected: false, renamed: false };

/** Where the cluster would remove something else than we reckon: its word counts, ours is a warning. */
export function disagreements({
  dryRuns,
  zones,
}: Pick<Facts, "dryRuns" | "zones">): { run: DryRun; volids: string[] }[] {
  return dryRuns.flatMap((run) => {
    const ours = marksOf(run.stored, keepIn(run.pruning.retention), zoneOf(run.pruning, zones));
    const volids = new Set([...ours.keys(), ...run.marks.keys()]);
    const differing = [...volids].filter(
      (volid) => (ours.get(volid) === "remove") !== (run.marks.get(volid) === "remove"),
    );
    return differing.length > 0 ? [{ run, volids: differing }] : [];
  });
}
