import { z } from "zod";
import { type Claimant, type Kept, NOTHING, type Standing } from "../core/kind.ts";
import type { Endpoint, Takes } from "../pve/endpoints.ts";
import { type Facts, jobIn, jobPath, type KnownJob, retentionPath, storageIn } from "./backup-facts.ts";
import type { Args } from "./backup-retention.args.ts";
import { ranWord } from "./desired-backup.ts";
import { JobObject, writtenJob } from "./job.ts";
import { type JobRecord, withRecord } from "./record.ts";
import { Retention, retentionText } from "./retention.ts";
import { type Guest, guestsOf } from "./selection.ts";

/** A call to the API, in words too. */
type Call = {
  [E in Endpoint]: { readonly do: "call"; readonly endpoint: E; readonly takes: Takes[E] };
}["POST /cluster/backup" | "PUT /cluster/backup/{id}" | "DELETE /cluster/backup/{id}" | "PUT /storage/{storage}"];

/** Has each node back up what is there of a job, once, and then says so in the job's note. */
export interface RunNow {
  readonly do: "run";
  readonly id: string;
  readonly job: JobObject;
  readonly guests: readonly Guest[];
  /** What counts was made after that, by the cluster's clock. */
  readonly since: number;
  /** An earlier try began it: what that has made need not be made again. */
  readonly resumed: boolean;
  readonly done: Takes["PUT /cluster/backup/{id}"];
}

/** Marks what lies on a storage of some guests, so that nothing prunes it. */
export interface Protect {
  readonly do: "protect";
  readonly storage: string;
  readonly guests: readonly Guest[];
}

/** What is to be kept when it comes to a step: before it is done, since an answer may be lost, or when it was. */
interface Keeping {
  readonly keepBefore?: Kept;
  readonly keepAfter?: Kept;
}

export type Step = (Call | RunNow | Protect) & Keeping & { readonly say: string };

/** What stood there before us, by path: a job or none, or what a storage kept, empty where it did not say. */
const Before = z.record(z.string(), z.union([JobObject, z.string(), z.null()]));
type Before = z.output<typeof Before>;
type Was = Before[string];
const KeptBefore = z.object({ before: Before.catch({}) });

/** Pure: each can be repeated. */
export function steps(who: Claimant, args: Args, facts: Facts, wanted: Standing, kept: Kept): Step[] {
  const before = { ...noted(who, facts), ...KeptBefore.parse({ before: kept["before"] ?? {} }).before };
  // As they are declared: the engine has them by the alphabet, and PVE lists them as they came.
  const order = new Map(args.jobs.map(({ id }, n) => [jobPath(id), n]));
  const later = Object.entries(wanted.objects).toSorted(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const leaving = Object.keys(facts.standing.objects).filter((path) => !(path in wanted.objects));
  // A step that takes something over says what was there; one that lets go of it forgets that again.
  let known: Before = before;
  const remembering = (path: string, was: Was): Keeping => {
    if (path in known) return {};
    known = { ...known, [path]: was };
    return { [was === null ? "keepAfter" : "keepBefore"]: { before: known } };
  };
  const forgetting = (path: string): Keeping => {
    const { [path]: _gone, ...rest } = known;
    known = rest;
    return { keepAfter: { before: known } };
  };
  const told = (path: string) => textOf(facts.standing.objects[path]);
  const storages = later.flatMap(([path]) => {
    const storage = storageIn(path);
    if (storage === undefined) return [];
    const was = before[path] ?? told(path);
    return typeof was === "string" ? [[storage, was] as const] : [];
  });
  // One of ours holds what our storages kept: they have no comment that could.
  const noteOf = (id: string) => (id === args.jobs[0]?.id ? Object.fromEntries(storages) : {});
  return [
    ...leaving.flatMap((path) => protecting(path, args, facts)),
    ...later.flatMap(([path, object]): Step[] => {
      const id = jobIn(path);
      if (id === undefined) return [];
      return writing(who, args, facts, { id, path, wanted: JobObject.parse(object), note: noteOf(id) }, remembering);
    }),
    ...later.flatMap(([path, object]): Step[] => {
      const storage = storageIn(path);
      if (storage === undefined || told(path) === textOf(object)) return [];
      return [retaining(storage, textOf(object), remembering(path, told(path)))];
    }),
    ...leaving.flatMap((path): Step[] => {
      const id = jobIn(path);
      if (id !== undefined) return removing(facts.jobs.get(id), id, before[path], forgetting(path));
      const was = before[path];
      return typeof was === "string" ? [retaining(storageIn(path) ?? "", was, forgetting(path))] : [];
    }),
    ...(wanted === NOTHING ? [] : running(who, args, facts, later, noteOf)),
  ];
}

const textOf = (retention: unknown): string =>
  retention === undefined ? "" : retentionText(Retention.parse(retention));

/** What the notes of our jobs say of storages, for who has no state. */
const noted = ({ urn }: Claimant, { jobs }: Facts): Before =>
  Object.fromEntries(
    [...jobs.values()].flatMap(({ record }) =>
      record?.urn === urn
        ? Object.entries(record.storages ?? {}).map(([storage, kept]) => [retentionPath(storage), kept])
        : [],
    ),
  );

interface Writing {
  readonly id: string;
  readonly path: string;
  readonly wanted: JobObject;
  /** What storages kept, for this one's note. */
  readonly note: Readonly<Record<string, string>>;
}

/** Makes a job, or changes what is not as wanted, or puts our note where it is missing. */
function writing(
  who: Claimant,
  args: Args,
  facts: Facts,
  { id, path, wanted, note }: Writing,
  remembering: (path: string, was: Was) => Keeping,
): Step[] {
  const there = facts.jobs.get(id);
  const { ran: _ran, ...job } = wanted;
  const record = recordFor(who, args, facts, { there, note });
  const comment = withRecord(job.comment ?? "", record);
  const takes = { ...writtenJob(job), comment };
  if (!there)
    return [
      {
        do: "call",
        endpoint: "POST /cluster/backup",
        takes: { id, ...takes },
        say: `making the job ${id}`,
        ...remembering(path, null),
      },
    ];
  const gone = Object.keys(there.object).filter((key) => !(key in job) && key !== "comment");
  const same = gone.length === 0 && writtenText(there.object) === writtenText(job);
  if (same && there.told.comment === comment) return [];
  const isOurs = there.record?.urn === who.urn;
  const change = same ? { comment } : { ...takes, ...(gone.length > 0 ? { delete: gone.toSorted().join() } : {}) };
  return [
    {
      do: "call",
      endpoint: "PUT /cluster/backup/{id}",
      takes: { id, ...change },
      say: `changing the job ${id}`,
      ...(isOurs ? {} : remembering(path, there.told)),
    },
  ];
}

const writtenText = (job: JobObject): string => JSON.stringify(Object.entries(writtenJob(job)).toSorted());

/** What the note says after writing: a run that is due begins now, and one that has begun goes on. */
function recordFor(
  { urn }: Claimant,
  args: Args,
  { now }: Facts,
  { there, note }: { readonly there: KnownJob | undefined; readonly note: Writing["note"] },
): JobRecord {
  const record = there?.record?.urn === urn ? there.record : undefined;
  const due = ranWord(args);
  const isDue = due !== undefined && record?.ran !== due;
  const running = record?.running?.now === due ? record?.running : undefined;
  return {
    urn,
    was: record ? record.was : there !== undefined,
    ran: record?.ran,
    running: isDue ? (running ?? { now: due, since: now }) : undefined,
    storages: note,
  };
}

/** A job goes, or is again what it was before us. */
function removing(there: KnownJob | undefined, id: string, before: Was | undefined, forget: Keeping): Step[] {
  if (!there) return [];
  if (typeof before === "object" && before !== null) {
    const gone = Object.keys(there.told).filter((key) => !(key in before));
    return [
      {
        do: "call",
        endpoint: "PUT /cluster/backup/{id}",
        takes: { id, ...writtenJob(before), ...(gone.length > 0 ? { delete: gone.toSorted().join() } : {}) },
        say: `putting the job ${id} back as it was`,
        ...forget,
      },
    ];
  }
  // The state was lost: what stood there before us is not known any more, but that something did.
  if (before === undefined && there.record?.was) {
    const { comment } = there.object;
    const takes = comment === undefined ? { id, delete: "comment" } : { id, comment };
    return [{ do: "call", endpoint: "PUT /cluster/backup/{id}", takes, say: `letting go of the job ${id}`, ...forget }];
  }
  return [
    { do: "call", endpoint: "DELETE /cluster/backup/{id}", takes: { id }, say: `removing the job ${id}`, ...forget },
  ];
}

const retaining = (storage: string, retention: string, keep: Keeping): Step => ({
  do: "call",
  endpoint: "PUT /storage/{storage}",
  takes: retention === "" ? { storage, delete: "prune-backups" } : { storage, "prune-backups": retention },
  say: `setting what ${storage} keeps`,
  ...keep,
});

/** Before a job goes. */
function protecting(path: string, { onDestroy }: Args, { standing, guests }: Facts): Step[] {
  const id = jobIn(path);
  if (onDestroy === "keep" || id === undefined) return [];
  const job = JobObject.parse(standing.objects[path]);
  const say = `protecting the backups of the job ${id}`;
  return [{ do: "protect", storage: job.storage, guests: guestsOf(job, guests), say }];
}

function running(
  who: Claimant,
  args: Args,
  facts: Facts,
  later: readonly (readonly [string, unknown])[],
  noteOf: (id: string) => Readonly<Record<string, string>>,
): Step[] {
  const due = ranWord(args);
  if (due === undefined) return [];
  return later.flatMap(([path, object]): Step[] => {
    const id = jobIn(path);
    const there = id === undefined ? undefined : facts.jobs.get(id);
    if (id === undefined || (there?.record?.urn === who.urn && there.record.ran === due)) return [];
    const { ran: _ran, ...job } = JobObject.parse(object);
    const record = recordFor(who, args, facts, { there, note: noteOf(id) });
    const done = { id, comment: withRecord(job.comment ?? "", { ...record, ran: due, running: undefined }) };
    const since = record.running?.since ?? facts.now;
    const resumed = there?.record?.running?.now === due;
    const guests = guestsOf(job, facts.guests);
    return [{ do: "run", id, job, guests, since, resumed, done, say: `running the job ${id}` }];
  });
}
