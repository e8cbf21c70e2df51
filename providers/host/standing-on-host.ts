import { Trouble } from "../core/trouble.ts";
import { fromBytes } from "./edit/bytes.ts";
import { type Found, standing } from "./edit/edit.ts";
import { NO_RECORD } from "./edit/record.ts";
import type { HostFacts } from "./host-facts.ts";
import { journalIn, type Ledger, type ResourceRecord } from "./journal.ts";
import type { Wish } from "./wish.ts";

/** What stands of a resource in a host's files, by path; in those that are to be its own, whatever stands there. */
export function standingOn(facts: HostFacts, name: string, edits: Wish["edits"] = new Map()): Record<string, string> {
  const { ledger, record } = journalIn(facts, name);
  const known = { ...record?.edits, ...recorded(edits) };
  const paths = Object.keys(facts.files).filter((path) => path.startsWith("/etc/"));
  return Object.fromEntries(
    paths.flatMap((path) => {
      const found = foundAt(path, facts, ledger);
      const text = known[path]?.kind === "owned" && found.text ? fromBytes(found.text) : sure(standing(found, name));
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}

/** What the record has for who takes back a host's console without any stack. */
export const RESCUER = "urn:pulumi:rescue::pve-ops::pulumi-nodejs:dynamic/pve:VfioHostConfig::rescue";

/** The URN that the host's record names for a resource. Who just rescued the host claims nothing of it. */
export function claimOn(facts: HostFacts, name: string): string | undefined {
  const urn = journalIn(facts, name).record?.urn;
  return urn === RESCUER ? undefined : urn;
}

/** Whether an earlier run of a resource stopped before all was rebuilt, or its reboot proven. */
export function isUnfinishedOn(facts: HostFacts, name: string): boolean {
  const { record } = journalIn(facts, name);
  return record !== undefined && (record.pending.length > 0 || record.reboot !== undefined);
}

/** A file as it was found, with what the journal has of it. */
export const foundAt = (path: string, facts: HostFacts, ledger: Ledger): Found => ({
  path,
  text: facts.files[path],
  record: ledger.files[path] ?? NO_RECORD,
});

/** Edits as they go on record. */
export const recorded = (edits: Wish["edits"]): ResourceRecord["edits"] =>
  Object.fromEntries([...edits].toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** What was to be had, or the trouble with it thrown. */
export function sure<T>(result: T | Trouble): T {
  if (result instanceof Trouble) throw result;
  return result;
}
