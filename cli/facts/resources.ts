import { marksIn } from "#providers/host/edit/marks.ts";
import { ownerIn } from "#providers/host/edit/owned.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { journalIn, type ResourceRecord } from "#providers/host/journal.ts";

/** A resource of ours that has something on a host: by its record, or by nothing but marks. */
export interface Resource {
  readonly name: string;
  readonly record: ResourceRecord | undefined;
}

const RECORD = /^\/var\/lib\/pve-ops\/resource-(.+)\.json$/;

/** All of them, by name. */
export function resourcesOn(facts: HostFacts): Resource[] {
  const recorded = Object.keys(facts.files).flatMap((path) => RECORD.exec(path)?.[1] ?? []);
  const texts = Object.entries(facts.files).flatMap(([path, text]) => (path.startsWith("/etc/") ? [text] : []));
  const marked = texts.flatMap((text) => [
    ...[ownerIn(text) ?? []].flat(),
    ...marksIn(text.split("\n")).flatMap(({ name, whole }) => (whole ? [name] : [])),
  ]);
  const worded = Object.values(journalIn(facts, "").ledger.files).flatMap(({ words }) => words.map(({ by }) => by));
  const names = new Set([...recorded.map(decodeURIComponent), ...marked, ...worded]);
  return [...names].toSorted().map((name) => ({ name, record: journalIn(facts, name).record }));
}
