import { isDeepStrictEqual } from "node:util";
import type { Edit } from "./edit/edit.ts";
import { changeOf, isOwn } from "./file-change.ts";
import {
  closeJournal,
  digest,
  forgetWork,
  isLeftOpen,
  JournalWriter,
  journalIn,
  keeping,
  openJournal,
  originalOf,
  originalsBut,
  type ResourceRecord,
  startedWith,
} from "./journal.ts";
import { isUsed, lacking, ledgerChange } from "./ledger-change.ts";
import { recorded, standingOn } from "./standing-on-host.ts";
import { ANY, type HostStep } from "./step.ts";
import type { Wish } from "./wish.ts";

/** What a wish comes to. */
export interface HostPlan {
  /** The files that change, ours or shared. */
  readonly changed: readonly string[];
  /** What has to be rebuilt, for these changes or for those of a run that was cut off. */
  readonly rebuilds: readonly string[];
  readonly steps: readonly HostStep[];
}

/** The steps from a host as it is to what a resource wishes for; none where all is so. Pure. */
export function hostPlan(wish: Wish): HostPlan {
  const { who, facts, edits } = wish;
  const journal = journalIn(facts, who.name);
  const own = recorded(edits);
  const both = { ...journal.record?.edits, ...own };
  // What a lost or unwritten record does not name is found by its marks, or by its words.
  const found = [...journal.worded, ...Object.keys(standingOn(facts, who.name))];
  const touched = [...new Set([...Object.keys(both), ...found])].toSorted();
  const changes = new Map(touched.map((path) => [path, changeOf(path, wish, journal)] as const));
  const changed = touched.filter((path) => changes.get(path)?.text !== facts.files[path]);
  const pending = [...new Set([...(journal.record?.pending ?? []), ...wish.rebuilds(changed)])];
  const paths = [...edits.keys()].toSorted();
  const { reboot, bound } = { ...journal.record };
  const binding = wish.binding ?? { during: bound, after: bound, steps: [] };
  const waits = wish.reboots ? (pending.length > 0 ? facts.bootId : reboot) : undefined;
  const started = pending.length > 0 ? startedWith(journal, facts) : journal.record?.started;
  const also = {
    ...(waits === undefined ? {} : { reboot: waits }),
    ...(started ? { started } : {}),
  };
  const isGone = paths.length === 0 && binding.after === undefined && waits === undefined;
  const next = isGone ? undefined : { urn: who.urn, edits: own, pending: [], ...also, ...boundAs(binding.after) };
  const inUse = new Set([...journal.others, ...paths]);
  const unused = originalsBut(facts, inUse);
  const settled = isDeepStrictEqual(journal.record, next) && unused.length === 0 && isUsed(journal.ledger, inUse);
  if (changed.length === 0 && pending.length === 0 && binding.steps.length === 0 && settled)
    return { changed, rebuilds: [], steps: isLeftOpen(facts) ? closeJournal : [] };

  const written = changed.filter((path) => changes.get(path)?.text !== undefined);
  const made = [...new Set(written.flatMap((path) => lacking(path, facts.folders)))];
  const { during, after, left } = ledgerChange(journal.ledger, changes, made, inUse);
  const before: ResourceRecord = { ...(journal.record ?? { edits: {}, pending: [] }), urn: who.urn };
  const isNew = (path: string) => before.edits[path] === undefined && !journal.others.has(path);
  const first = paths.filter((path) => isNew(path) && !isOwn(facts.files[path], who.name));
  const writer = new JournalWriter(facts, who.name);
  const steps: HostStep[] = [
    ...openJournal,
    // Whose it is stands there before all else; which files hold edits, once they are put aside as they were.
    ...writer.record(before),
    ...first.map(keeping),
    ...writer.ledger(during),
    ...writer.record({ ...before, ...also, edits: both, pending, ...boundAs(binding.during) }),
    ...touched.map((path): HostStep => ({ do: "tidy", path })),
    // What a run that was cut off began to rebuild, it rebuilds from other files than these.
    ...(changed.length > 0 ? [forgetWork] : []),
    ...made.map((path): HostStep => ({ do: "folder", path, mode: "755" })),
    ...changed.map((path) => write(path, facts.files[path], changes.get(path)?.text, modeOf(edits.get(path)))),
    ...pending.map((what) => work(wish, what)),
    ...binding.steps,
    ...left.map((path): HostStep => ({ do: "unfolder", path })),
    ...writer.ledger(after),
    ...writer.record(next),
    // Until nothing says any more that a file is ours, what is to come back there is kept.
    ...[...unused, ...touched.filter((path) => !inUse.has(path)).map(originalOf)].map(gone),
    ...(inUse.size === 0 ? closeJournal : []),
  ];
  return { changed, rebuilds: pending, steps };
}

const boundAs = (bound: ResourceRecord["bound"]) => (bound ? { bound } : {});

const write = (path: string, before: string | undefined, text: string | undefined, mode: string): HostStep => {
  const expected = digest(before);
  return text === undefined ? { do: "remove", path, expected } : { do: "write", path, expected, mode, text };
};

const modeOf = (edit: Edit | undefined): string => (edit?.kind === "owned" && edit.script ? "755" : "644");

/** The same work for the same files has the same id: a run that comes back finds what the last one began. */
function work({ who, edits, rebuild }: Wish, what: string): HostStep {
  const { argv, seconds } = rebuild(what);
  const id = digest(JSON.stringify([who.urn, what, [...edits]])).slice(0, 12);
  return { do: "work", id: `${what}-${id}`, log: `${encodeURIComponent(who.name)}-${what}`, seconds, argv };
}

const gone = (path: string): HostStep => ({ do: "remove", path, expected: ANY });
