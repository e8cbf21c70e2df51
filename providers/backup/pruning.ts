import type { Args } from "./backup-retention.args.ts";
import type { Cluster } from "./cluster.ts";
import type { JobObject } from "./job.ts";
import { type Retention, retentionFor } from "./retention.ts";
import { type Guest, guestsOf } from "./selection.ts";

/** A retention that holds for guests after each run of a job, on one storage, by the clock of one time zone. */
export interface Pruning {
  /** The job. */
  readonly job: string;
  /** Whose retention it is: the job's own, or the storage's. */
  readonly by: string;
  readonly storage: string;
  /** A node that can tell what is there. */
  readonly node: string;
  readonly guests: readonly Guest[];
  readonly retention: Retention;
}

/** The zone of each node that could be asked. */
export type Zones = ReadonlyMap<string, string>;

/** Pure: all that would be pruned by what is declared, once jobs run again. */
export function prunings(
  args: Args,
  jobs: ReadonlyMap<string, JobObject>,
  { guests, storages }: Pick<Cluster, "guests" | "storages">,
  zones: Zones,
): Pruning[] {
  const ours = new Set(args.jobs.map(({ id }) => id));
  return [...jobs].flatMap(([job, object]) => {
    const { storage, enabled, remove = true } = object;
    const declared = args.storages?.find((one) => one.storage === storage);
    const retention = retentionAt(object, args, storages);
    // Another's job concerns us where our storage's retention is what it goes by.
    if (!enabled || !remove || !retention || retention["keep-all"]) return [];
    if (!ours.has(job) && (!declared || object["prune-backups"])) return [];
    const by = object["prune-backups"] ? `the job ${job}` : `the storage ${storage}`;
    const shared = storages.get(storage)?.shared === true;
    return grouped(guestsOf(object, guests), ({ node }) => (shared ? (zones.get(node) ?? "") : node)).flatMap(
      (group) => {
        const node = group.find((guest) => zones.has(guest.node))?.node;
        return node === undefined ? [] : [{ job, by, storage, node, guests: group, retention }];
      },
    );
  });
}

/** What a job's backups fall to. None is said: PVE keeps all, unless /etc/vzdump.conf on a node says otherwise. */
export function retentionAt(
  { storage, "prune-backups": own }: JobObject,
  { storages: declared = [] }: Pick<Args, "storages">,
  storages: Cluster["storages"],
): Retention | undefined {
  const there = declared.find((one) => one.storage === storage);
  return own ?? (there ? retentionFor(there.keep) : storages.get(storage)?.retention);
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}
