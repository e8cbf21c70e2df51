import type { Selection } from "./included-guests.ts";

/** What `jobs.cfg` says of a backup job, by key; of a list an item each. */
export type Job = ReadonlyMap<string, readonly string[]>;

export const valueIn = (job: Job, key: string): string | undefined => job.get(key)?.[0];

/** Whether PVE takes what stands there for a yes: an empty text and `0` are a no. */
export const isSet = (job: Job, key: string): boolean => !["", "0", undefined].includes(valueIn(job, key));

/** The guests that a job asks for. */
export const selectionOf = (job: Job): Selection => ({
  all: isSet(job, "all"),
  vmid: valueIn(job, "vmid"),
  pool: valueIn(job, "pool"),
  exclude: valueIn(job, "exclude"),
  node: valueIn(job, "node"),
});
