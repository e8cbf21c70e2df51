import { few } from "../core/counting.ts";
import type { Failure } from "../core/door.ts";
import type { Claimant } from "../core/kind.ts";
import { type Facts, ranWord } from "./backup-facts.ts";
import type { Args, Job } from "./backup-retention.args.ts";
import type { Storage } from "./cluster.ts";
import { falls, together } from "./falls.ts";
import { isKnownOption, type JobObject } from "./job.ts";
import { type JobRecord, withRecord } from "./record.ts";
import { absentOf, guestsOf } from "./selection.ts";
import { jobPath } from "./standing-backup.ts";
import { backupWords, guestWords } from "./words.ts";

/** Why this must not be: each stops a preview, and an up. */
export const refusals = (who: Claimant, args: Args, facts: Facts): Failure[] => [
  ...args.jobs.flatMap((job, n) => [
    ...commentRefusals(who, args, job, n),
    ...optionRefusals(who, job, n, facts),
    ...(args.force ? [] : takenRefusals(who, job, n, facts)),
  ]),
  ...args.jobs.flatMap((job, n) => targetRefusals(`jobs[${n}].storage`, job, facts)),
  ...(args.storages ?? []).flatMap(({ storage }, n) => contentRefusals(`storages[${n}]`, facts.storages.get(storage))),
  ...guardRefusals(args, facts),
];

/** What is not there yet: another resource may bring it before this one's turn. */
export function awaited(args: Args, { guests, pools, storages, nodes, plan }: Facts): Failure[] {
  const missing = (property: string, what: string): Failure => ({ property, reason: `there is no ${what}` });
  const ofJobs = args.jobs.flatMap((job, n) => {
    const at = `jobs[${n}]`;
    const object = plan.jobs.get(job.id);
    const absent = object ? absentOf(object, guests) : [];
    const isPool = typeof job.guests === "object" && "pool" in job.guests;
    const tagged = typeof job.guests === "object" && "tags" in job.guests ? job.guests.tags : undefined;
    return [
      ...(storages.has(job.storage) ? [] : [missing(`${at}.storage`, `storage ${job.storage}`)]),
      ...(job.fleecing && !storages.has(job.fleecing.storage)
        ? [missing(`${at}.fleecing.storage`, `storage ${job.fleecing.storage}`)]
        : []),
      ...(job.node !== undefined && !nodes.has(job.node) ? [missing(`${at}.node`, `node ${job.node}`)] : []),
      ...(isPool && object?.pool && !pools.has(object.pool)
        ? [missing(`${at}.guests.pool`, `pool ${object.pool} that we may see`)]
        : []),
      ...(tagged && object?.vmid === ""
        ? [missing(`${at}.guests.tags`, `guest with the tag ${tagged.join(" or ")} that we may see`)]
        : []),
      ...(absent.length > 0 ? [missing(`${at}.guests`, `guest ${absent.join(", ")} that we may see`)] : []),
    ];
  });
  const ofStorages = (args.storages ?? []).flatMap(({ storage }, n) =>
    storages.has(storage) ? [] : [missing(`storages[${n}].storage`, `storage ${storage}`)],
  );
  return [...ofJobs, ...ofStorages];
}

/** A storage has to be there on each node that has a guest of the job, and take backups. */
function targetRefusals(property: string, { id, storage: name }: Job, facts: Facts): Failure[] {
  const storage = facts.storages.get(name);
  const job = facts.plan.jobs.get(id);
  if (!storage || !job) return [];
  const wrong = contentRefusals(property, storage);
  if (wrong.length > 0) return wrong;
  if (!storage.enabled) return [{ property, reason: `the storage ${name} is disabled` }];
  const touched = [...new Set(guestsOf(job, facts.guests).map(({ node }) => node))].toSorted();
  const kept = touched.filter((node) => storage.nodes.length > 0 && !storage.nodes.includes(node));
  const away = touched.filter((node) => !kept.includes(node) && facts.active.get(`${node}/${name}`) === false);
  return [
    ...(kept.length > 0
      ? [{ property, reason: `${name} is not for ${kept.join(", ")}${withGuests(job, kept, facts)}` }]
      : []),
    ...(away.length > 0
      ? [{ property, reason: `${name} is not active on ${away.join(", ")}${withGuests(job, away, facts)}` }]
      : []),
  ];
}

function withGuests(job: JobObject, nodes: readonly string[], { guests }: Facts): string {
  const there = guestsOf(job, guests).filter(({ node }) => nodes.includes(node));
  return `, where ${there.map(guestWords).join(", ")} of the job ${there.length === 1 ? "is" : "are"}`;
}

const FILES = "a directory, NFS, CIFS, CephFS or Proxmox Backup Server";

function contentRefusals(property: string, storage: Storage | undefined): Failure[] {
  if (!storage || storage.content.includes("backup")) return [];
  const { id, type, content } = storage;
  const why = DISKS.has(type)
    ? `${id} is ${type}, which holds disks and no files: backups want ${FILES}`
    : `${id} takes ${content.join(", ") || "nothing"}, and no backups: its content has to have backup`;
  return [{ property, reason: why }];
}

/** Kinds of storage that can hold no backup, whatever their content says. */
const DISKS: ReadonlySet<string> = new Set(["lvm", "lvmthin", "zfspool", "zfs", "rbd", "iscsi", "iscsidirect"]);

function guardRefusals({ guard }: Args, facts: Facts): Failure[] {
  const all = falls(facts);
  const going = all.filter(({ pruning }) => pruning.declared).flatMap(({ now }) => now);
  const removed = [...new Map(going.map((one) => [one.volid, one])).values()];
  const { maxRemove, minKeep = 0, allowLast = false } = guard ?? {};
  const guests = together(all);
  const untold = maxRemove !== undefined || minKeep > 0 ? facts.untold : [];
  return [
    ...(maxRemove !== undefined && removed.length > maxRemove
      ? [
          {
            property: "guard.maxRemove",
            reason: `${removed.length} backups would be removed, and no more than ${maxRemove} may: ${few(removed.map(backupWords), 5)}`,
          },
        ]
      : []),
    ...guests
      .filter(({ loses, left }) => loses && left.length < minKeep)
      .map(({ guest, storage, by, left }) => ({
        property: "guard.minKeep",
        reason: `${guestWords(guest)} would keep ${left.length} on ${storage} by ${by}, and at least ${minKeep} have to stay`,
      })),
    ...(allowLast ? [] : guests.filter(({ lasting }) => lasting.length === 0)).map(({ guest, storage, by }) => ({
      property: "guard.allowLast",
      reason: `by ${by}, all that ${guestWords(guest)} has on ${storage} goes once the next backup is there: keep one more, or allow it`,
    })),
    ...untold.map(({ by, storage, why }) => ({
      property: "guard",
      reason: `nobody can tell what ${by} would remove from ${storage}: ${why}`,
    })),
  ];
}

const LONGEST = 512;

/** PVE has one comment for what is declared and for our note. */
function commentRefusals({ urn }: Claimant, args: Args, { id, comment }: Job, n: number): Failure[] {
  const now = ranWord(args) ?? "";
  const note: JobRecord = { urn, was: true, ran: now, running: now ? { now, since: 9_999_999_999 } : undefined };
  const room = LONGEST - withRecord("", id, note).length - 1;
  if (comment.length <= room) return [];
  return [
    {
      property: `jobs[${n}].comment`,
      reason: `${comment.length} characters are too many: our note leaves room for ${room}`,
    },
  ];
}

/** A job of another's that is not the same, and that no state of ours knows. */
function takenRefusals({ urn }: Claimant, { id }: Job, n: number, { jobs, plan, known }: Facts): Failure[] {
  const there = jobs.get(id);
  const wanted = plan.jobs.get(id);
  if (!there || !wanted || there.record?.urn === urn || known.has(jobPath(id))) return [];
  const keys = [...new Set([...Object.keys(there.object), ...Object.keys(wanted)])];
  const words = (job: JobObject, key: string) => JSON.stringify(job[key]) ?? "nothing";
  const differing = keys.filter((key) => words(there.object, key) !== words(wanted, key));
  if (differing.length === 0) return [];
  const list = differing.map((key) => `${key} ${words(there.object, key)}, not ${words(wanted, key)}`).join("; ");
  return [
    {
      property: `jobs[${n}].id`,
      reason: `a job ${id} that is not ours stands there already, and is another one (${list}): make the two alike, give this one another id, or set force to change that one`,
    },
  ];
}

/** What we do not know of another's job we could not put back. */
function optionRefusals({ urn }: Claimant, { id }: Job, n: number, { jobs }: Facts): Failure[] {
  const there = jobs.get(id);
  if (!there || there.record?.urn === urn) return [];
  return Object.keys(there.object)
    .filter((key) => !isKnownOption(key))
    .map((key) => ({
      property: `jobs[${n}]`,
      reason: `the job ${id} is there already and has ${key}, which this version does not know and could not put back`,
    }));
}
