import type { Claimant } from "../core/kind.ts";
import type { Ledger, Was } from "./before.ts";
import { type JobObject, writtenJob } from "./job.ts";
import { type JobRecord, withRecord } from "./record.ts";
import type { KnownJob } from "./standing-backup.ts";
import type { Step } from "./step.ts";

interface Writing {
  readonly id: string;
  readonly path: string;
  readonly wanted: JobObject;
  /** What its note is to say. */
  readonly note: JobRecord;
}

/** Makes a job, or changes what is not as wanted, or puts our note where it is missing. */
export function writing(
  { urn }: Claimant,
  { id, path, wanted, note }: Writing,
  there: KnownJob | undefined,
  book: Ledger,
): Step[] {
  const { ran: _ran, ...job } = wanted;
  const comment = withRecord(job.comment ?? "", id, note);
  const takes = { ...writtenJob(job), comment };
  if (!there) {
    const say = `making the job ${id}`;
    return [
      { do: "call", endpoint: "POST /cluster/backup", takes: { id, ...takes }, say, ...book.remember(path, null) },
    ];
  }
  const gone = Object.keys(there.object).filter((key) => !(key in job) && key !== "comment");
  const isSame = gone.length === 0 && written(there.object) === written(job);
  if (isSame && there.told.comment === comment) return [];
  const change = isSame ? { comment } : { ...takes, ...deleting(gone) };
  const keeping = there.record?.urn === urn ? {} : book.remember(path, there.told);
  const say = `changing the job ${id}`;
  return [{ do: "call", endpoint: "PUT /cluster/backup/{id}", takes: { id, ...change }, say, ...keeping }];
}

const written = (job: JobObject): string => JSON.stringify(Object.entries(writtenJob(job)).toSorted());

const deleting = (keys: readonly string[]) => (keys.length > 0 ? { delete: keys.toSorted().join() } : {});

interface Removing {
  readonly id: string;
  readonly path: string;
  readonly was: Was | undefined;
}

/** A job goes, or is again what it was before us. */
export function removing(
  { urn }: Claimant,
  { id, path, was }: Removing,
  there: KnownJob | undefined,
  book: Ledger,
): Step[] {
  const owner = there?.record?.urn;
  const keeping = book.forget(path);
  // What is gone, is another's by now, or may be anybody's since nothing says that we made it, is none of ours.
  const isNotOurs = !there || (owner === undefined ? was === undefined : owner !== urn);
  if (isNotOurs) return [{ do: "keep", say: `letting go of the job ${id}`, ...keeping }];
  if (typeof was === "object" && was !== null) {
    const gone = Object.keys(there.told).filter((key) => !(key in was));
    const takes = { id, ...writtenJob(was), ...deleting(gone) };
    const say = `putting the job ${id} back as it was`;
    return [{ do: "call", endpoint: "PUT /cluster/backup/{id}", takes, say, ...keeping }];
  }
  // The state was lost: what stood there before us is not known any more, but that something did.
  if (was === undefined && there.record?.was) {
    const { comment } = there.object;
    const takes = comment === undefined ? { id, delete: "comment" } : { id, comment };
    const say = `letting go of the job ${id}`;
    return [{ do: "call", endpoint: "PUT /cluster/backup/{id}", takes, say, ...keeping }];
  }
  return [
    { do: "call", endpoint: "DELETE /cluster/backup/{id}", takes: { id }, say: `removing the job ${id}`, ...keeping },
  ];
}
