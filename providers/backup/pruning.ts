import type { Cluster } from "./cluster.ts";
import type { JobObject } from "./job.ts";
import { type Plan, retentionAt } from "./plan.ts";
import { KEEP_ALL, type Retention } from "./retention.ts";
import { type Guest, guestsOf } from "./selection.ts";

/** A retention that holds for guests after each run of a job, on one storage, by the clock of one time zone. */
export interface Pruning {
  /** The job. */
  readonly job: string;
  /** Whose retention it is: the job's own, the storage's, or a node's. */
  readonly by: string;
  readonly storage: string;
  /** A node that can tell what is there; none where the one that could does not answer. */
  readonly node: string | undefined;
  readonly guests: readonly Guest[];
  readonly retention: Retention;
  /** Whether it is there by what is declared; else it is another's, of the same backups. */
  readonly declared: boolean;
}

/** What nodes say themselves. */
export interface Nodes {
  /** The time zone of each that answers. */
  readonly zones: ReadonlyMap<string, string>;
  /** What `/etc/vzdump.conf` keeps, where neither a job nor a storage says it. */
  readonly defaults: ReadonlyMap<string, Retention>;
}

/** Pure: all that would be pruned by what is declared once jobs run again, and by others of the same backups. */
export function prunings(
  plan: Plan,
  { guests, storages }: Pick<Cluster, "guests" | "storages">,
  nodes: Nodes,
  due: ReadonlySet<string>,
): Pruning[] {
  const all = [...plan.jobs].flatMap(([job, object]): Pruning[] => {
    const { storage, enabled, remove = true, "prune-backups": own } = object;
    const there = storages.get(storage);
    if ((!enabled && !due.has(job)) || !remove || !there?.content.includes("backup")) return [];
    const declared = plan.answered.has(job) || (!own && plan.retained.has(storage));
    const said = retentionAt(object, plan);
    return placed(guestsOf(object, guests), there.shared, nodes).flatMap(({ node, group }) => {
      const retention = said ?? nodes.defaults.get(node ?? "") ?? KEEP_ALL;
      if (retention["keep-all"]) return [];
      const by = said ? whose(job, object) : `/etc/vzdump.conf of ${node}`;
      return [{ job, by, storage, node, guests: group, retention, declared }];
    });
  });
  const shared = (one: Pruning, other: Pruning) =>
    one.storage === other.storage && one.guests.some(({ vmid }) => other.guests.some((guest) => guest.vmid === vmid));
  const ours = all.filter(({ declared }) => declared);
  return all.filter((one) => one.declared || ours.some((other) => shared(one, other)));
}

/** Whose a retention is that a job goes by, in words. */
export const whose = (id: string, { storage, "prune-backups": own }: JobObject): string =>
  own ? `the job ${id}` : `the storage ${storage}`;

/** What all nodes share any of them can tell, by the clock of those that prune; the rest just the node itself. */
function placed(guests: readonly Guest[], isShared: boolean, { zones, defaults }: Nodes) {
  const [first] = zones.keys();
  const groups = new Map<string, { readonly node: string | undefined; readonly group: Guest[] }>();
  for (const guest of guests) {
    const node = zones.has(guest.node) ? guest.node : isShared ? first : undefined;
    const alike = isShared ? JSON.stringify([zones.get(node ?? ""), defaults.get(node ?? "")]) : guest.node;
    const group = groups.get(alike) ?? { node, group: [] };
    group.group.push(guest);
    groups.set(alike, group);
  }
  return [...groups.values()];
}
