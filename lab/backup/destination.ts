import { asText, died } from "../api/api-error.ts";
import type { Call } from "../api/call.ts";
import { storageOf } from "../api/storage/config.ts";
import { activated } from "../storage/active.ts";
import { KEEP_ALL, keepsAll, parseRetention, type Retention } from "../storage/retention.ts";
import { contentOf, type Storage } from "../storage/storage.ts";
import type { Named } from "../storage/volumes.ts";
import { isSet, type Job, valueIn } from "./job.ts";

/** Where backups go, and what is kept there. */
export interface Destination {
  readonly named: Named;
  readonly retention: Retention;
  /** Whether what is not kept is removed. */
  readonly removes: boolean;
}

/** The storage that backups go to if nothing else is said. */
export const storageIdIn = (job: Job): string => valueIn(job, "storage") || "local";

/** A storage that may hold backups. */
export function storageForBackups(cluster: Call["cluster"], id: string): Storage {
  const storage = storageOf({ cluster }, id);
  if (!contentOf(storage).includes("backup")) throw died(`can't use storage '${id}' for backups - wrong content type`);
  return storage;
}

/** Where the backups of a job go, ready for use; or all that is wrong with it. */
export function destination({ cluster, node }: Call, job: Job): Destination {
  const id = storageIdIn(job);
  const errors = [
    complaint(`could not activate storage '${id}'`, () => activated(cluster, node, id)),
    complaint(`could not get storage information for '${id}'`, () => storageForBackups(cluster, id)),
  ].filter((words) => words !== undefined);
  if (errors.length > 0) throw died(errors.join("\n"));
  const storage = storageOf({ cluster }, id);
  const said = valueIn(job, "prune-backups") ?? storage.values.get("prune-backups");
  const retention = said === undefined ? KEEP_ALL : parseRetention(said);
  const removes = (!job.has("remove") || isSet(job, "remove")) && !keepsAll(retention);
  return { named: { id, storage }, retention, removes };
}

function complaint(words: string, work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return `${words}: ${asText(thrown)}`;
  }
}
