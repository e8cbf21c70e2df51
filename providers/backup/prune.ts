import { localTime } from "./local-time.ts";
import { type Dated, PERIODS, RULES, type Rule } from "./period.ts";

/** A retention. Where no count is more than 0 it keeps all, too. */
export type Keep = "all" | Readonly<Partial<Record<Rule, number>>>;

export interface Backup {
  readonly volid: string;
  /** Seconds since 1970, as the name has it. */
  readonly ctime: number;
  /** qemu, lxc, … */
  readonly type: string;
  readonly vmid: number | undefined;
  readonly protected: boolean;
  /** Whether its name is not one that PVE gives. */
  readonly renamed: boolean;
}

export type Mark = "keep" | "remove" | "protected" | "renamed";

/** What PVE's pruning would do with each backup, by volid. */
export function marksOf(backups: readonly Backup[], keep: Keep, zone: string): ReadonlyMap<string, Mark> {
  const keepers = keepersOf(backups, keep, zone);
  const markOf = (keeper: Keeper | undefined): Mark => {
    if (keeper === undefined) return "remove";
    return keeper === "protected" || keeper === "renamed" ? keeper : "keep";
  };
  return new Map(backups.map(({ volid }) => [volid, markOf(keepers.get(volid))]));
}

/** Why a backup stays. */
export type Keeper = Rule | "all" | "protected" | "renamed";

/** Why each backup that stays does, by volid. */
export function keepersOf(backups: readonly Backup[], keep: Keep, zone: string): ReadonlyMap<string, Keeper> {
  const aside = backups
    .filter(isAside)
    .map((backup) => [backup.volid, backup.protected ? "protected" : "renamed"] as const);
  const guests = groupsOf(
    backups.filter((backup) => !isAside(backup)),
    ({ type, vmid }) => `${type}/${vmid}`,
  );
  return new Map<string, Keeper>([...aside, ...guests.flatMap((group) => keptOf(group, keep, zone))]);
}

/** No rule removes these, nor counts them. */
const isAside = (backup: Backup): boolean => backup.protected || backup.renamed;

/** Of the backups of one guest. */
function keptOf(group: readonly Backup[], keep: Keep, zone: string): (readonly [string, Keeper])[] {
  const counts = keep === "all" ? {} : keep;
  const rules = RULES.filter((rule) => (counts[rule] ?? 0) > 0);
  if (rules.length === 0) return group.map(({ volid }) => [volid, "all"]);
  const kept: { readonly dated: Dated; readonly rule: Rule }[] = [];
  let left: readonly Dated[] = group
    .toSorted((a, b) => b.ctime - a.ctime)
    .map(({ volid, ctime }) => ({ volid, ctime, time: localTime(ctime, zone) }));
  for (const rule of rules) {
    const periodOf = PERIODS[rule];
    const held = new Set(kept.map(({ dated }) => periodOf(dated)));
    const open = left.filter((dated) => !held.has(periodOf(dated)));
    const periods = groupsOf(open, periodOf).slice(0, counts[rule]);
    kept.push(...periods.flatMap(([newest]) => (newest ? [{ dated: newest, rule }] : [])));
    // The older ones of a period are out, even where a later rule would have had them: a week may span two months.
    const decided = new Set(periods.flat());
    left = left.filter((dated) => !decided.has(dated));
  }
  return kept.map(({ dated, rule }) => [dated.volid, rule]);
}

/** In the order in which they occur. */
function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
