import type { Job } from "./backup-retention.args.ts";

/** A guest, as the cluster knows it. */
export interface Guest {
  readonly vmid: number;
  readonly type: "qemu" | "lxc";
  readonly node: string;
  readonly name: string;
  readonly running: boolean;
  readonly tags: readonly string[];
  readonly pool: string | undefined;
  /** What HA wants of it, where it looks after it. */
  readonly ha: string | undefined;
}

/** Whom a job is for, as PVE keeps it. */
export interface Selection {
  readonly all?: true | undefined;
  readonly vmid?: string | undefined;
  readonly pool?: string | undefined;
  readonly exclude?: string | undefined;
  readonly node?: string | undefined;
}

/** Tags are looked up here: PVE's jobs know none. */
export function selectionOf(
  { guests: wanted, exclude = [] }: Pick<Job, "guests" | "exclude">,
  guests: readonly Guest[],
): Selection {
  const out = new Set(
    exclude.flatMap((one) => (typeof one === "number" ? [one] : withTag(guests, one).map(({ vmid }) => vmid))),
  );
  if (wanted === "all") return { all: true, ...(out.size > 0 ? { exclude: inOrder(out) } : {}) };
  if (Array.isArray(wanted)) return { vmid: inOrder(wanted) };
  if ("pool" in wanted) return { pool: wanted.pool };
  const tagged = wanted.tags.flatMap((tag) => withTag(guests, tag)).map(({ vmid }) => vmid);
  return { vmid: inOrder(tagged.filter((vmid) => !out.has(vmid))) };
}

/** PVE keeps tags in lower case unless it was told to tell cases apart. */
const withTag = (guests: readonly Guest[], tag: string): Guest[] =>
  guests.filter(({ tags }) => tags.includes(tag) || tags.includes(tag.toLowerCase()));

const inOrder = (vmids: Iterable<number>): string => [...new Set(vmids)].toSorted((a, b) => a - b).join();

/** The guests that a job is for; who is named and not there is none of them. */
export function guestsOf({ all, vmid, pool, exclude, node }: Selection, guests: readonly Guest[]): Guest[] {
  const [named, out] = [numbersIn(vmid), numbersIn(exclude)];
  return guests
    .filter((guest) => {
      if (pool !== undefined) return guest.pool === pool;
      if (vmid !== undefined) return named.has(guest.vmid);
      return all === true && !out.has(guest.vmid);
    })
    .filter((guest) => node === undefined || guest.node === node);
}

/** Those that are named and not there. */
export function absentOf({ vmid }: Selection, guests: readonly Guest[]): number[] {
  const there = new Set(guests.map((guest) => guest.vmid));
  return [...numbersIn(vmid)].filter((one) => !there.has(one));
}

const numbersIn = (list = ""): Set<number> => new Set(list.split(",").filter(Boolean).map(Number));

/** Whether a job is for a guest, by its number alone: it may be gone. */
export function isFor(selection: Selection, guests: readonly Guest[]): (vmid: number) => boolean {
  const { all, vmid, exclude } = selection;
  const [named, out] = [numbersIn(vmid), numbersIn(exclude)];
  if (vmid !== undefined) return (one) => named.has(one);
  if (all) return (one) => !out.has(one);
  const members = new Set(guestsOf(selection, guests).map((guest) => guest.vmid));
  return (one) => members.has(one);
}
