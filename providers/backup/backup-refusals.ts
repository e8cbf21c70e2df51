import type { Failure } from "../core/door.ts";
import type { Facts } from "./backup-facts.ts";
import type { Args, Job } from "./backup-retention.args.ts";
import type { Storage } from "./cluster.ts";
import { falls } from "./falls.ts";
import type { JobObject } from "./job.ts";
import { absentOf, guestsOf } from "./selection.ts";
import { backupWords, guestWords } from "./words.ts";

/** Why this must not be: each stops a preview, and an up. */
export const refusals = (args: Args, facts: Facts): Failure[] => [
  ...args.jobs.flatMap((job, n) => targetRefusals(`jobs[${n}].storage`, job, facts)),
  ...(args.storages ?? []).flatMap(({ storage }, n) => contentRefusals(`storages[${n}]`, facts.storages.get(storage))),
  ...guardRefusals(args, facts),
];

/** What is not there yet: another resource may bring it before this one's turn. */
export function awaited(args: Args, { guests, pools, storages, nodes, planned }: Facts): Failure[] {
  const missing = (property: string, what: string): Failure => ({ property, reason: `there is no ${what}` });
  const ofJobs = args.jobs.flatMap((job, n) => {
    const at = `jobs[${n}]`;
    const object = planned.get(job.id);
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
  const job = facts.planned.get(id);
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
  const going = all.flatMap(({ now }) => now);
  const { maxRemove, minKeep = 0, allowLast = false } = guard ?? {};
  const untold = guard && (maxRemove !== undefined || minKeep > 0) ? facts.untold : [];
  return [
    ...(maxRemove !== undefined && going.length > maxRemove
      ? [
          {
            property: "guard.maxRemove",
            reason: `${going.length} backups would be removed, and no more than ${maxRemove} may: ${going.map(backupWords).join(", ")}`,
          },
        ]
      : []),
    ...all
      .filter(({ now, left }) => now.length > 0 && left.length < minKeep)
      .map(({ guest, pruning, left }) => ({
        property: "guard.minKeep",
        reason: `${guestWords(guest)} would keep ${left.length} on ${pruning.storage} by ${pruning.by}, and at least ${minKeep} have to stay`,
      })),
    ...(allowLast ? [] : all.filter(({ all: everything }) => everything)).map(({ guest, pruning }) => ({
      property: "guard.allowLast",
      reason: `by ${pruning.by}, all that ${guestWords(guest)} has on ${pruning.storage} goes once the next backup is there: keep one more, or allow it`,
    })),
    ...untold.map(({ pruning, why }) => ({
      property: "guard",
      reason: `nobody can tell what ${pruning.by} would remove from ${pruning.storage}: ${why}`,
    })),
  ];
}
