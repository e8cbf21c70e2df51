import { Trouble } from "../core/trouble.ts";
import { fromBytes } from "./edit/bytes.ts";
import { type Found, standing } from "./edit/edit.ts";
import { NO_RECORD } from "./edit/record.ts";
import type { HostFacts } from "./host-facts.ts";
import { digest, journalIn, type Ledger, type ResourceRecord, type Started } from "./journal.ts";
import type { Wish } from "./wish.ts";

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

/** Whether an earlier run of a resource stopped before all was rebuilt, or its reboot proven. */
export function isUnfinishedOn(facts: HostFacts, name: string): boolean {
  const { record } = journalIn(facts, name);
  return record !== undefined && (record.pending.length > 0 || record.reboot !== undefined);
}

/** Whether what stands of a resource is not what its host was started with, as far as its record knows. */
export function isSinceStart(facts: HostFacts, name: string): boolean {
  const { started } = { ...journalIn(facts, name).record };
  return started?.boot === facts.bootId && started.standing !== digestOf(facts, name);
}

/** What its host was started with, to be told before what stands of a resource changes. */
export function startedWith(facts: HostFacts, name: string): Started {
  const { started, pending = [] } = { ...journalIn(facts, name).record };
  if (started?.boot === facts.bootId) return started;
  // What was written and never rebuilt did not count for this start either.
  const standing = pending.length > 0 ? started?.standing : undefined;
  return { boot: facts.bootId, standing: standing ?? digestOf(facts, name) };
}

const digestOf = (facts: HostFacts, name: string): string =>
  digest(JSON.stringify(Object.entries(standingOn(facts, name)).toSorted()));

/** A file as it was found, with what the journal has of it. */
export const foundAt = (path: string, facts: HostFacts, ledger: Ledger): Found => ({
  path,
  text: facts.files[path],
  record: ledger.files[path] ?? NO_RECORD,
});

/** How a resource edits each file. */
export const kindsOf = (edits: Wish["edits"]): ResourceRecord["edits"] =>
  Object.fromEntries(
    [...edits].map(([path, { kind }]) => [path, kind] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What was to be had, or the trouble with it thrown. */
export function sure<T>(result: T | Trouble): T {
  if (result instanceof Trouble) throw result;
  return result;
}
