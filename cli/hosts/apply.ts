import { Overtaken } from "#providers/core/trouble.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import type { Host } from "#providers/host/run-host.ts";
import type { HostStep } from "#providers/host/step.ts";

/** How often others may write where we are about to before it is given up. */
const TRIES = 4;

/** Takes the steps of a plan that is made from the host as it is then, again where somebody wrote in between. */
export async function applied<Plan extends { readonly steps: readonly HostStep[] }>(
  host: Host,
  plan: (facts: HostFacts) => Plan,
): Promise<Plan> {
  for (let tries = TRIES; ; tries -= 1) {
    const made = plan(await host.facts());
    try {
      await host.apply(made.steps);
      return made;
    } catch (thrown) {
      if (!(thrown instanceof Overtaken) || tries === 1) throw thrown;
    }
  }
}
