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
  /** A node that can tell what is there; none where the one that could does not answer. */
  readonly node: string | undefined;
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
    const there = storages.get(storage);
    const declared = args.storages?.find((one) => one.storage === storage);
    const retention = retentionAt(object, args, storages);
    // Another's job concerns us where our storage's retention is what it goes by.
    if (!enabled || !remove || !retention || retention["keep-all"] || !there?.content.includes("backup")) return [];
    if (!ours.has(job) && (!declared || object["prune-backups"])) return [];
    const by = object["prune-backups"] ? `the job ${job}` : `the storage ${storage}`;
    // What all nodes share any of them can tell, by the clock of those that prune; the rest just the node itself.
    const [first] = zones.values();
    const place = ({ node }: Guest) => (there.shared ? (zones.get(node) ?? first) : node);
    return [...grouped(guestsOf(object, guests), place)].map(([of, group]) => {
      const node = [...zones].find(([name, zone]) => (there.shared ? zone : name) === of)?.[0];
      return { job, by, storage, node, guests: group, retention };
    });
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

function grouped<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
