import { z } from "zod";
import type { Kept } from "../core/kind.ts";
import { JobObject } from "./job.ts";
import { type KnownJob, retentionPath } from "./standing-backup.ts";

/** What stood there before us, by path: a job or none, or what a storage kept, empty where it did not say. */
const Before = z.record(z.string(), z.union([JobObject, z.string(), z.null()]));
export type Before = z.output<typeof Before>;
export type Was = Before[string];

const Held = z.object({ before: Before.catch({}), ran: z.record(z.string(), z.string()).catch({}) });

/** What the state knows beside what stands. */
export const heldIn = (kept: Kept | undefined): z.output<typeof Held> =>
  Held.parse({ before: kept?.["before"] ?? {}, ran: kept?.["ran"] ?? {} });

/** What was there before: by the state, and by the notes of our jobs for who has none. */
export function beforeUs(urn: string, jobs: ReadonlyMap<string, KnownJob>, kept: Kept | undefined): Before {
  const noted = [...jobs.values()].flatMap(({ record }) =>
    record?.urn === urn
      ? Object.entries(record.storages ?? {}).map(([storage, was]) => [retentionPath(storage), was])
      : [],
  );
  return { ...Object.fromEntries(noted), ...heldIn(kept).before };
}

/** What is to be kept when it comes to a step: before it is done, since an answer may be lost, or when it was. */
export interface Keeping {
  readonly keepBefore?: Kept;
  readonly keepAfter?: Kept;
}

/** Says with each step what the state has to know of before, so that nothing is lost wherever a run ends. */
export function ledger(before: Before, kept: Kept) {
  let known = before;
  let { ran } = heldIn(kept);
  return {
    /** A job was run for a `now`. */
    hasRun(id: string, word: string): Keeping {
      ran = { ...ran, [id]: word };
      return { keepAfter: { ran } };
    },
    /** Something is taken over. What was made by us is ours only once it is there. */
    remember(path: string, was: Was): Keeping {
      if (path in known) return { keepBefore: { before: known } };
      known = { ...known, [path]: was };
      return was === null ? { keepAfter: { before: known } } : { keepBefore: { before: known } };
    },
    /** Something is as it was. */
    forget(path: string): Keeping {
      const former = known;
      const { [path]: _gone, ...rest } = known;
      known = rest;
      return { keepBefore: { before: former }, keepAfter: { before: known } };
    },
  };
}
export type Ledger = ReturnType<typeof ledger>;
