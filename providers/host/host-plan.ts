import { isDeepStrictEqual } from "node:util";
import type { Claimant } from "../core/kind.ts";
import { Trouble } from "../core/trouble.ts";
import { fromBytes } from "./edit/bytes.ts";
import { applied, type Changed, type Edit, type Found, removed, standing } from "./edit/edit.ts";
import { ownedText, ownerIn } from "./edit/owned.ts";
import { type FileRecord, NO_RECORD } from "./edit/record.ts";
import type { HostFacts } from "./host-facts.ts";
import {
  closeJournal,
  digest,
  forgetWork,
  isLeftOpen,
  type Journal,
  JournalWriter,
  journalIn,
  keeping,
  type Ledger,
  openJournal,
  originalOf,
  originalsBut,
  type ResourceRecord,
} from "./journal.ts";
import { ANY, type HostStep } from "./step.ts";

/** What has to run once files are changed: it takes minutes, so it runs apart from the connection. */
export interface Rebuild {
  readonly what: string;
  readonly argv: readonly string[];
  readonly seconds: number;
}

/** What is to stand in a host's files of one resource. */
export interface Wish {
  readonly who: Claimant;
  readonly facts: HostFacts;
  readonly edits: ReadonlyMap<string, Edit>;
  /** Goes over what others have in a file that is to be ours. */
  readonly force: boolean;
  /** What has to be rebuilt, by its name, for a change of these files to count. */
  readonly rebuilds: (changed: readonly string[]) => readonly string[];
  readonly rebuild: (what: string) => Rebuild;
}

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
  const kinds = kindsOf(edits);
  const both = { ...journal.record?.edits, ...kinds };
  // What a lost or unwritten record does not name is found by its marks, or by its words.
  const found = [...journal.worded, ...Object.keys(standingOn(facts, who.name))];
  const touched = [...new Set([...Object.keys(both), ...found])].toSorted();
  const changes = new Map(touched.map((path) => [path, changeOf(path, wish, journal)] as const));
  const changed = touched.filter((path) => changes.get(path)?.text !== facts.files[path]?.text);
  const pending = [...new Set([...(journal.record?.pending ?? []), ...wish.rebuilds(changed)])];
  const paths = [...edits.keys()].toSorted();
  const next = paths.length === 0 ? undefined : { urn: who.urn, edits: kinds, pending: [] };
  const inUse = new Set([...journal.others, ...paths]);
  const unused = originalsBut(facts, inUse);
  const settled = isDeepStrictEqual(journal.record, next) && unused.length === 0 && isUsed(journal.ledger, inUse);
  if (changed.length === 0 && pending.length === 0 && settled)
    return { changed, rebuilds: [], steps: isLeftOpen(facts) ? closeJournal : [] };

  const parents = new Set(changed.filter((path) => changes.get(path)?.text !== undefined).map(folderOf));
  const made = [...parents].filter((folder) => !facts.folders.includes(folder));
  const during: Ledger = {
    files: recordsAfter(journal.ledger, changes, ({ meanwhile }) => meanwhile),
    folders: [...new Set([...journal.ledger.folders, ...made])],
  };
  const left = during.folders.filter((folder) => !isParent(folder, inUse));
  const files = recordsAfter(journal.ledger, changes, ({ record }) => record);
  const after: Ledger = {
    files: Object.fromEntries(Object.entries(files).filter(([path]) => inUse.has(path))),
    folders: during.folders.filter((folder) => !left.includes(folder)),
  };
  const before = { urn: who.urn, edits: journal.record?.edits ?? {}, pending: journal.record?.pending ?? [] };
  const isNew = (path: string) => before.edits[path] === undefined && !journal.others.has(path);
  const first = paths.filter((path) => isNew(path) && !isOwn(facts.files[path]?.text, who.name));
  const writer = new JournalWriter(facts, who.name);
  const steps: HostStep[] = [
    ...openJournal,
    // Whose it is stands there before all else; which files hold edits, once they are put aside as they were.
    ...writer.record(before),
    ...first.map(keeping),
    ...writer.ledger(during),
    ...writer.record({ ...before, edits: both, pending }),
    ...touched.map((path): HostStep => ({ do: "tidy", path })),
    // What a run that was cut off began to rebuild, it rebuilds from other files than these.
    ...(changed.length > 0 ? [forgetWork] : []),
    ...made.map((path): HostStep => ({ do: "folder", path, mode: "755" })),
    ...changed.map((path) => write(path, facts.files[path]?.text, changes.get(path)?.text)),
    ...pending.map((what) => work(wish, what)),
    ...left.map((path): HostStep => ({ do: "unfolder", path })),
    ...writer.ledger(after),
    ...writer.record(next),
    // Until nothing says any more that a file is ours, what is to come back there is kept.
    ...[...unused, ...touched.filter((path) => !inUse.has(path)).map(originalOf)].map(gone),
    ...(inUse.size === 0 ? closeJournal : []),
  ];
  return { changed, rebuilds: pending, steps };
}

/** What stands of a resource in a host's files, by path; in those that are to be its own, whatever stands there. */
export function standingOn(facts: HostFacts, name: string, edits: Wish["edits"] = new Map()): Record<string, string> {
  const { ledger, record } = journalIn(facts, name);
  const kinds = { ...record?.edits, ...kindsOf(edits) };
  const paths = Object.keys(facts.files).filter((path) => path.startsWith("/etc/"));
  return Object.fromEntries(
    paths.flatMap((path) => {
      const found = foundAt(path, facts, ledger);
      const text = kinds[path] === "owned" && found.text ? fromBytes(found.text) : sure(standing(found, name));
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}

/** The URN that the host's record names for a resource. */
export const claimOn = (facts: HostFacts, name: string): string | undefined => journalIn(facts, name).record?.urn;

/** Whether an earlier run of a resource stopped before all was rebuilt. */
export const isUnfinishedOn = (facts: HostFacts, name: string): boolean =>
  (journalIn(facts, name).record?.pending ?? []).length > 0;

function changeOf(path: string, { who, facts, edits, force }: Wish, { ledger, record }: Journal): Changed {
  if (facts.odd.includes(path) || facts.folders.includes(path))
    throw new Trouble({
      doing: `editing ${path}`,
      came: facts.odd.includes(path) ? "it is no file, or a link to nowhere" : "it is a folder",
      next: "See what it is on the host, and make it a file, or remove it",
    });
  const found = foundAt(path, facts, ledger);
  const edit = edits.get(path);
  if (edit?.kind === "owned" && force && found.text !== undefined && ownerIn(found.text) !== who.name)
    return overwritten(found, edit.text, who.name);
  if (edit !== undefined) return sure(applied(found, edit, who.name));
  const change = sure(removed(found, who.name));
  // What stood there before an owned file took its place comes back with its last byte.
  const original = facts.files[originalOf(path)]?.text;
  return record?.edits[path] === "owned" || isOwn(found.text, who.name) ? { ...change, text: original } : change;
}

const isOwn = (text: string | undefined, name: string): boolean => text !== undefined && ownerIn(text) === name;

/** Instead of what others have there; the journal keeps that. */
const overwritten = ({ record }: Found, text: string, name: string): Changed => ({
  text: ownedText(name, text),
  meanwhile: record,
  record,
});

const foundAt = (path: string, facts: HostFacts, ledger: Ledger): Found => ({
  path,
  text: facts.files[path]?.text,
  record: ledger.files[path] ?? NO_RECORD,
});

function sure<T>(result: T | Trouble): T {
  if (result instanceof Trouble) throw result;
  return result;
}

const recordsAfter = (
  { files }: Ledger,
  changes: ReadonlyMap<string, Changed>,
  pick: (change: Changed) => FileRecord,
): Ledger["files"] =>
  Object.fromEntries(
    Object.entries({ ...files, ...Object.fromEntries([...changes].map(([path, change]) => [path, pick(change)])) })
      .filter(([, { made, words }]) => made || words.length > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const kindsOf = (edits: Wish["edits"]): ResourceRecord["edits"] =>
  Object.fromEntries(
    [...edits].map(([path, { kind }]) => [path, kind] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const write = (path: string, before: string | undefined, text: string | undefined): HostStep => {
  const expected = digest(before);
  return text === undefined ? { do: "remove", path, expected } : { do: "write", path, expected, mode: "644", text };
};

/** The same work for the same files has the same id: a run that comes back finds what the last one began. */
function work({ who, edits, rebuild }: Wish, what: string): HostStep {
  const { argv, seconds } = rebuild(what);
  const id = digest(JSON.stringify([who.urn, what, [...edits]])).slice(0, 12);
  return { do: "work", id: `${what}-${id}`, log: `${encodeURIComponent(who.name)}-${what}`, seconds, argv };
}

const gone = (path: string): HostStep => ({ do: "remove", path, expected: ANY });

const isUsed = ({ files, folders }: Ledger, inUse: ReadonlySet<string>): boolean =>
  Object.keys(files).every((path) => inUse.has(path)) && folders.every((folder) => isParent(folder, inUse));

const isParent = (folder: string, paths: ReadonlySet<string>): boolean =>
  [...paths].some((path) => folderOf(path) === folder);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
