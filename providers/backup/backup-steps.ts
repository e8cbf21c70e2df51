import { type Claimant, type Kept, NOTHING, type Standing } from "../core/kind.ts";
import { type Facts, ranWord } from "./backup-facts.ts";
import type { Args } from "./backup-retention.args.ts";
import { heldIn, type Ledger, ledger } from "./before.ts";
import { JobObject } from "./job.ts";
import { removing, writing } from "./job-steps.ts";
import { type JobRecord, withRecord } from "./record.ts";
import { Retention, retentionText } from "./retention.ts";
import { guestsOf, isFor } from "./selection.ts";
import { jobIn, jobPath, storageIn } from "./standing-backup.ts";
import type { Step } from "./step.ts";

/** Pure: each can be repeated. What was there before is back before the note goes that knows of it. */
export function steps(who: Claimant, args: Args, facts: Facts, wanted: Standing, kept: Kept): Step[] {
  const book = ledger(facts.before, kept);
  const leaving = wanted === NOTHING ? allOf(facts) : facts.leaving;
  const later = inOrder(args, wanted);
  const noteOf = noteFor(who, args, facts, { ran: heldIn(kept).ran, later: later.map(([path]) => path) });
  return [
    ...leaving.flatMap((path) => protecting(path, args, facts)),
    ...later.flatMap(([path, object]) => {
      const id = jobIn(path);
      if (id === undefined) return [];
      return writing(who, { id, path, wanted: JobObject.parse(object), note: noteOf(id) }, facts.jobs.get(id), book);
    }),
    ...later.flatMap(([path, object]) =>
      jobIn(path) === undefined ? retaining(path, textOf(object), facts, book.remember) : [],
    ),
    ...leaving.flatMap((path) => {
      const was = facts.before[path];
      return typeof was === "string" ? retaining(path, was, facts, book.forget) : [];
    }),
    ...leaving.flatMap((path) => {
      const id = jobIn(path);
      return id === undefined ? [] : removing(who, { id, path, was: facts.before[path] }, facts.jobs.get(id), book);
    }),
    ...later.flatMap(([path, object]) => running(jobIn(path), object, args, facts, { noteOf, book })),
  ];
}

const allOf = ({ standing, before }: Facts): string[] => [
  ...new Set([...Object.keys(standing.objects), ...Object.keys(before)]),
];

/** As they are declared: the engine has them by the alphabet, and PVE lists them as they came. */
function inOrder({ jobs }: Args, { objects }: Standing): [string, unknown][] {
  const order = new Map(jobs.map(({ id }, n) => [jobPath(id), n]));
  return Object.entries(objects).toSorted(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

const textOf = (retention: unknown): string => retentionText(Retention.parse(retention));

/** What each job's note says: a run that is due begins now, and one that has begun goes on. */
function noteFor(
  { urn }: Claimant,
  args: Args,
  { jobs, due, now, before, storages }: Facts,
  { ran, later }: { readonly ran: Readonly<Record<string, string>>; readonly later: readonly string[] },
): (id: string) => JobRecord {
  // One of ours holds what our storages kept: they have no comment that could.
  const kept = later.flatMap((path) => {
    const storage = storageIn(path);
    const was = before[path] ?? storages.get(storage ?? "")?.kept ?? "";
    return storage === undefined || typeof was !== "string" ? [] : [[storage, was]];
  });
  const word = ranWord(args);
  return (id) => {
    const there = jobs.get(id);
    const record = there?.record?.urn === urn ? there.record : undefined;
    const isDue = word !== undefined && due.has(id);
    const running = record?.running?.now === word ? record?.running : undefined;
    return {
      urn,
      was: record ? record.was : there !== undefined,
      ran: record?.ran ?? ran[id],
      running: isDue ? (running ?? { now: word, since: now }) : undefined,
      storages: id === args.jobs[0]?.id ? Object.fromEntries(kept) : undefined,
    };
  };
}

/** What a storage keeps; an empty text is that it says nothing. */
function retaining(
  path: string,
  text: string,
  { storages }: Facts,
  keep: Ledger["remember"] | Ledger["forget"],
): Step[] {
  const storage = storageIn(path);
  const there = storages.get(storage ?? "")?.kept;
  if (storage === undefined || there === undefined) return [];
  const keeping = keep(path, there);
  const say = `setting what ${storage} keeps`;
  if (there === text) return [{ do: "keep", say, ...keeping }];
  const takes = text === "" ? { storage, delete: "prune-backups" } : { storage, "prune-backups": text };
  return [{ do: "call", endpoint: "PUT /storage/{storage}", takes, say, ...keeping }];
}

/** Before a job goes. A storage that all nodes share is asked once, another one on each node. */
function protecting(path: string, { onDestroy }: Args, { jobs, nodes, storages, guests }: Facts): Step[] {
  const id = jobIn(path);
  const job = jobs.get(id ?? "")?.object;
  if (onDestroy === "keep" || id === undefined || !job) return [];
  const storage = storages.get(job.storage);
  const has = (node: string) => !storage?.nodes.length || storage.nodes.includes(node);
  const there = [...nodes].filter(([node, isOnline]) => isOnline && has(node)).map(([node]) => node);
  return [
    {
      ...{ do: "protect", storage: job.storage, isServer: storage?.type === "pbs" },
      nodes: storage?.shared ? there.slice(0, 1) : there,
      isFor: isFor(job, guests),
      say: `protecting the backups of the job ${id}`,
    },
  ];
}

function running(
  id: string | undefined,
  object: unknown,
  args: Args,
  { jobs, due, now, clocks, guests, storages }: Facts,
  { noteOf, book }: { readonly noteOf: (id: string) => JobRecord; readonly book: Ledger },
): Step[] {
  const word = ranWord(args);
  if (id === undefined || word === undefined || !due.has(id)) return [];
  const { ran: _ran, ...job } = JobObject.parse(object);
  const note = noteOf(id);
  const isResumed = jobs.get(id)?.record?.running?.now === word;
  // What a clock says now is how far it is behind.
  const begun = new Map([...clocks].map(([node, clock]) => [node, (note.running?.since ?? now) - (now - clock)]));
  const comment = withRecord(job.comment ?? "", id, { ...note, ran: word, running: undefined });
  return [
    {
      ...{ do: "run", id, job, guests: guestsOf(job, guests), isServer: storages.get(job.storage)?.type === "pbs" },
      begun: isResumed ? begun : undefined,
      done: { id, comment },
      say: `running the job ${id}`,
      ...book.hasRun(id, word),
    },
  ];
}
