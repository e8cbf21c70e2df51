import { few } from "../core/counting.ts";
import type { Facts } from "./backup-facts.ts";
import { calendarEventIn, isMistake } from "./calendar.ts";
import type { DryRun } from "./dry-run.ts";
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
  readonly all: readonly Stored[];
  /** What it does not cover today: the next run removes it. */
  readonly now: readonly Stored[];
  /** What goes besides since the next run brings a newer one. */
  readonly rotated: readonly Stored[];
  /** What stays of all that is there today, as of today. */
  readonly left: readonly Stored[];
}

/** Each guest that has a backup, by each retention that is about it. Pure. */
export const falls = (facts: Pick<Facts, "dryRuns" | "zones" | "now" | "plan" | "due">): Fall[] =>
  facts.dryRuns.flatMap((run) => {
    const { job: id } = run.pruning;
    const zone = zoneOf(run.pruning, facts.zones);
    const job = facts.plan.jobs.get(id);
    const at = facts.due.has(id) ? facts.now : nextRunOf(job, facts.now, zone);
    const next = { volid: "", size: 0, ctime: at, protected: job?.protected === true, renamed: false };
    return run.pruning.guests.flatMap((guest) => fallOf(guest, run, zone, { ...next, ...guest }));
  });

/** When a job makes its next backups; now, where nobody knows. */
function nextRunOf(job: JobObject | undefined, now: number, zone: string): number {
  const event = calendarEventIn(job?.schedule ?? "");
  return isMistake(event) ? now : (nextRuns(event, now, zone, 1)[0] ?? now);
}

export const zoneOf = ({ node }: Pick<Pruning, "node">, zones: Facts["zones"]): string =>
  zones.get(node ?? "") ?? "UTC";

/** `next` is the backup that the next run makes before it prunes. */
function fallOf(guest: Guest, { pruning, stored, marks }: DryRun, zone: string, next: Stored): Fall[] {
  const own = stored.filter(({ vmid, type }) => vmid === guest.vmid && type === guest.type);
  if (own.length === 0) return [];
  const later = marksOf([next, ...own], keepIn(pruning.retention), zone);
  const goes = ({ volid }: Stored) => marks.get(volid) === "remove";
  const left = own.filter((one) => !goes(one));
  const rotated = left.filter(({ volid }) => later.get(volid) === "remove");
  return [{ pruning, guest, all: own, now: own.filter(goes), rotated, left }];
}

/** What becomes of a guest's backups on a storage by all jobs together: pruning does not know which made one. */
export interface Together {
  readonly guest: Guest;
  readonly storage: string;
  readonly by: string;
  /** Whether any of it goes today by what is declared. */
  readonly loses: boolean;
  readonly all: readonly Stored[];
  /** What stays as of today. */
  readonly left: readonly Stored[];
  /** What stays of all that is there once each job has run. */
  readonly lasting: readonly Stored[];
}

export function together(all: readonly Fall[]): Together[] {
  const groups = Map.groupBy(all, ({ pruning, guest }) => `${pruning.storage} ${guest.type} ${guest.vmid}`);
  return [...groups.values()].flatMap((group) => {
    const declared = group.filter(({ pruning }) => pruning.declared);
    const [first] = declared;
    if (!first) return [];
    const gone = new Set(group.flatMap(({ now }) => now.map(({ volid }) => volid)));
    const later = new Set(group.flatMap(({ rotated }) => rotated.map(({ volid }) => volid)));
    const left = first.all.filter(({ volid }) => !gone.has(volid));
    return [
      {
        ...{ guest: first.guest, storage: first.pruning.storage },
        by: few(group.map(({ pruning }) => pruning.by)),
        all: first.all,
        loses: declared.some(({ now }) => now.length > 0),
        left,
        lasting: left.filter(({ volid }) => !later.has(volid)),
      },
    ];
  });
}

/** Where the cluster would remove something else than we reckon: its word counts, ours is a warning. */
export function disagreements({
  dryRuns,
  zones,
}: Pick<Facts, "dryRuns" | "zones">): { run: DryRun; volids: string[] }[] {
  return dryRuns.flatMap((run) => {
    const ours = marksOf(run.stored, keepIn(run.pruning.retention), zoneOf(run.pruning, zones));
    const differs = (volid: string) => (ours.get(volid) === "remove") !== (run.marks.get(volid) === "remove");
    const volids = [...run.marks.keys()].filter(differs);
    return volids.length > 0 ? [{ run, volids }] : [];
  });
}
