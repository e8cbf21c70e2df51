import type { HostFacts } from "./host-facts.ts";
import { type Bound, journalIn } from "./journal.ts";

/** What a resource bound since the host started: what an earlier start left on record counts no more. */
export function boundOn(facts: HostFacts, name: string): Bound {
  const { bound = {} } = { ...journalIn(facts, name).record };
  return Object.fromEntries(Object.entries(bound).filter(([, { boot }]) => boot === facts.bootId));
}
