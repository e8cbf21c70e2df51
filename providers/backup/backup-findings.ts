import { type Finding, info, warning } from "../core/finding.ts";
import type { Facts } from "./backup-facts.ts";
import type { Args, Job } from "./backup-retention.args.ts";
import { calendarEventIn, isMistake } from "./calendar.ts";
import type { JobObject } from "./job.ts";
import { losses } from "./losses.ts";
import { nextRuns } from "./next-run.ts";
import { retentionAt } from "./plan.ts";
import { KEEP_ALL, retentionWords } from "./retention.ts";
import { type Guest, guestsOf } from "./selection.ts";
import { guestWords, timeWords } from "./words.ts";

/** How many runs of a job are told, and how many are looked at for others that begin with them. */
const TOLD = 5;
const LOOKED_AT = 60;

/** What is true today of what is declared, and should be known before it is. Pure. */
export function findings(args: Args, facts: Facts): Finding[] {
  const ours = args.jobs.flatMap(({ id }) => {
    const job = facts.plan.jobs.get(id);
    return job ? [{ id, job, guests: guestsOf(job, facts.guests) }] : [];
  });
  return [
    ...ours.flatMap((one) => [about(one, facts), nextOf(one, facts), ...modeOf(one), ...nobody(one)]),
    ...args.jobs.flatMap((job) => excludesNobody(job, facts)),
    ...sameStart(
      ours.map(({ id }) => id),
      facts,
    ),
    ...sharedShelf(ours, facts),
    ...losses(facts),
    ...notBackedUp(facts),
  ];
}

interface Ours {
  readonly id: string;
  readonly job: JobObject;
  readonly guests: readonly Guest[];
}

function about({ id, job, guests }: Ours, { plan, defaults }: Facts): Finding {
  const retention = retentionAt(job, plan);
  const keeps = retention
    ? `keeps ${retentionWords(retention)}${job["prune-backups"] ? "" : ", as the storage does"}`
    : defaults.size > 0
      ? `keeps ${retentionWords([...defaults.values()][0] ?? {})}, as /etc/vzdump.conf of ${[...defaults.keys()].join(", ")} says`
      : "keeps all, since nobody says anything else";
  const names = guests.map(guestWords).join(", ") || "nobody";
  const nodes = [...new Set(guests.map(({ node }) => node))].toSorted().join(", ");
  return info(
    "job",
    id,
    `${id} (${job.mode} to ${job.storage}) backs up ${names}${nodes && ` on ${nodes}`}, and ${keeps}.`,
  );
}

function nextOf({ id, job, guests }: Ours, { zones, now }: Facts): Finding {
  const zone = zoneFor(guests, zones);
  const runs = runsOf(job, now, zone, TOLD).map((at) => timeWords(at, zone));
  if (!job.enabled) return info("next-runs", id, `${id} is disabled: it does not run.`);
  if (runs.length === 0) return warning("never-runs", id, `${id} never runs: there is no ${job.schedule} any more.`);
  return info("next-runs", id, `${id} runs next ${runs.join(", ")} (${zone}).`);
}

/** A job begins on each node by the node's own clock; one is told. */
const zoneFor = (guests: readonly Guest[], zones: Facts["zones"]): string => zones.get(guests[0]?.node ?? "") ?? "UTC";

function runsOf({ schedule }: JobObject, after: number, zone: string, count: number): number[] {
  const event = calendarEventIn(schedule);
  return isMistake(event) ? [] : nextRuns(event, after, zone, count);
}

/** What a mode means for some guests, and is easily overlooked. */
function modeOf({ id, job, guests }: Ours): Finding[] {
  const [lxc, ha] = [
    guests.filter(({ type, running }) => type === "lxc" && running),
    guests.filter((guest) => guest.ha === "started"),
  ];
  const names = (some: readonly Guest[]) => some.map(guestWords).join(", ");
  if (job.mode === "stop")
    return ha.length > 0
      ? [
          warning(
            "ha-stop",
            id,
            `PVE backs up no guest in stop mode that HA keeps running: ${names(ha)}. ${id} fails for ${one(ha)}.`,
          ),
        ]
      : [];
  if (lxc.length === 0) return [];
  const why =
    job.mode === "snapshot"
      ? "nothing asks a container to write out what it holds (no fsfreeze), so what comes back is as after a power cut"
      : "a container is copied while it runs, and once more while it is frozen";
  return [warning("no-fsfreeze", id, `${id} backs up running containers in ${job.mode} mode (${names(lxc)}): ${why}.`)];
}

/** There, and of no use. */
const nobody = ({ id, job, guests }: Ours): Finding[] =>
  guests.length > 0
    ? []
    : [
        warning(
          "backs-up-nobody",
          id,
          `${id} backs up nobody${job.node ? `: none of its guests is on ${job.node}` : ""}.`,
        ),
      ];

/** A guest or a tag that is misspelt leaves nobody out. */
function excludesNobody({ id, exclude = [] }: Job, { guests }: Facts): Finding[] {
  const isThere = (one: number | string) =>
    guests.some(({ vmid, tags }) => (typeof one === "number" ? vmid === one : tags.includes(one.toLowerCase())));
  const missing = exclude.filter((one) => !isThere(one));
  if (missing.length === 0) return [];
  const what = missing
    .map((one) => (typeof one === "number" ? `guest ${one}` : `guest with the tag ${one}`))
    .join(", ");
  return [warning("excludes-nobody", id, `${id} is to leave out what is not there: no ${what} that we may see.`)];
}

const one = (some: readonly unknown[]): string => (some.length === 1 ? "it" : "them");

/** Jobs that begin in the same minute at the same storage get into one another's way. */
function sameStart(ours: readonly string[], { plan, guests, zones, now }: Facts): Finding[] {
  const jobs = [...plan.jobs]
    .filter(([, { enabled }]) => enabled)
    .map(([id, job]) => ({ id, job, zone: zoneFor(guestsOf(job, guests), zones) }));
  return jobs.flatMap(({ id, job, zone }, n) => {
    if (!ours.includes(id)) return [];
    const others = jobs.filter(
      (other, at) => other.id !== id && other.job.storage === job.storage && (at > n || !ours.includes(other.id)),
    );
    return others.flatMap((other): Finding[] => {
      const theirs = minutesOf(other.job, now, other.zone);
      const at = [...minutesOf(job, now, zone)].find((minute) => theirs.has(minute));
      if (at === undefined) return [];
      const time = timeWords(at * 60, zone);
      return [
        warning("same-start", id, `${id} and ${other.id} begin at the same minute (${time}), both to ${job.storage}.`),
      ];
    });
  });
}

const minutes = new Map<string, ReadonlySet<number>>();

/** The minutes in which a job begins next, worked out once for all resources that look at it. */
function minutesOf(job: JobObject, now: number, zone: string): ReadonlySet<number> {
  const from = Math.floor(now / 60);
  const key = `${job.schedule} ${zone} ${from}`;
  const known = minutes.get(key) ?? new Set(runsOf(job, from * 60, zone, LOOKED_AT).map((at) => Math.floor(at / 60)));
  minutes.set(key, known);
  return known;
}

/** Pruning knows guests and storages, and not which job made a backup. */
function sharedShelf(ours: readonly Ours[], { plan, guests }: Facts): Finding[] {
  return ours.flatMap(({ id, job, guests: mine }, n) => {
    const retention = retentionWords(retentionAt(job, plan) ?? KEEP_ALL);
    const own = new Set(mine.map(({ vmid }) => vmid));
    return [...plan.jobs].flatMap(([other, there]) => {
      const isTold = ours.slice(0, n).some((one) => one.id === other);
      if (other === id || isTold || there.storage !== job.storage) return [];
      const others = retentionWords(retentionAt(there, plan) ?? KEEP_ALL);
      const both = guestsOf(there, guests).filter(({ vmid }) => own.has(vmid));
      if (both.length === 0 || others === retention) return [];
      const message =
        `${id} keeps ${retention} and ${other} keeps ${others}, both of ${both.map(guestWords).join(", ")} on ${job.storage}: ` +
        "whichever runs prunes the backups of both by its own.";
      return [warning("shared-retention", id, message)];
    });
  });
}

/** Once all is as declared. */
function notBackedUp({ plan, guests }: Facts): Finding[] {
  const jobs = [...plan.jobs.values()];
  const covered = new Set(
    jobs.filter(({ enabled }) => enabled).flatMap((job) => guestsOf(job, guests).map(({ vmid }) => vmid)),
  );
  const asleep = new Set(jobs.flatMap((job) => guestsOf(job, guests).map(({ vmid }) => vmid)));
  return guests
    .filter(({ vmid }) => !covered.has(vmid))
    .map((guest) =>
      warning(
        "not-backed-up",
        String(guest.vmid),
        `${guestWords(guest)} is in no job${asleep.has(guest.vmid) ? " that is enabled" : ""}: nothing backs it up.`,
      ),
    );
}
