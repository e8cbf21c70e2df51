import { holdOn, releasing } from "#providers/passthrough/notes.ts";
import { type Check, good } from "../check.ts";
import { resourcesOn } from "../facts/resources.ts";
import { applied } from "../hosts/apply.ts";
import type { Reached } from "../hosts/reach.ts";
import { NOBODY, nobodyGone } from "./console-back.ts";

/** Lets a rescued host be handed on from again. */
export async function released({ name: where, host }: Reached): Promise<Check[]> {
  const facts = await host.facts();
  const isHeld = holdOn(facts) !== undefined;
  // What nobody's resource had there goes first: without a hold nothing would say that it is still to go.
  const gone = await applied(host, (now) => nobodyGone(now, where));
  await applied(host, (now) => ({ steps: releasing(now) }));
  await applied(host, (now) => nobodyGone(now, where));
  const names = resourcesOn(await host.facts()).map(({ name }) => name);
  return [
    good(isHeld ? "it is held no more" : "it was not held"),
    ...gone.changed.map((path) => good(`${path} is as before ${NOBODY.name}`)),
    ...gone.rebuilds.map((what) => good(`${what} rebuilt`)),
    ...(gone.changed.length > 0 ? [good("that counts from its next start on")] : []),
    ...(names.length > 0
      ? [good(`the next pulumi up --refresh of ${names.join(", ")} sets up what is declared`)]
      : [good("nothing of pve-ops is left there")]),
  ];
}
