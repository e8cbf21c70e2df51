import { hostname, userInfo } from "node:os";
import { toBytes } from "#providers/host/edit/bytes.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { digest, openJournal } from "#providers/host/journal.ts";
import type { HostStep } from "#providers/host/step.ts";
import { HOLD } from "#providers/passthrough/notes.ts";

/** Has nothing be handed on from now on; who holds a host already goes on holding it. */
export function holding({ files }: HostFacts, now: Date): HostStep[] {
  if (files[HOLD] !== undefined) return [];
  const note = { by: `${userInfo().username}@${hostname()}`, at: now.toISOString() };
  const text = toBytes(`${JSON.stringify(note)}\n`);
  return [...openJournal, { do: "write", path: HOLD, expected: digest(undefined), mode: "600", text }];
}
