import type { Claimant } from "#providers/core/kind.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { type HostPlan, hostPlan } from "#providers/host/host-plan.ts";
import { RESCUER } from "#providers/host/standing-on-host.ts";
import { awaitsReboot } from "#providers/passthrough/observed-vfio.ts";
import { rebuildBy, rebuildsOf } from "#providers/passthrough/rebuilds.ts";
import { factsOf } from "#providers/passthrough/vfio-facts.ts";
import { Args } from "#providers/passthrough/vfio-host-config.args.ts";
import { resourcesOn } from "../facts/resources.ts";

/** Who takes a host's console back where no resource of ours is on it. */
export const NOBODY: Claimant = { name: "rescue", urn: RESCUER };

/** What the same resource would do that is declared with it: a later `up` with `mode: rescue` finds what it wants. */
const argsFor = (host: string): Args => Args.parse({ host, mode: "rescue", adopt: true, force: true });

/** Each VfioHostConfig that has something on the host, or who acts where there is none. */
export function rescuersOn(facts: HostFacts): Claimant[] {
  const found = resourcesOn(facts)
    .map(({ name, record }) => ({ name, urn: record?.urn ?? NOBODY.urn }))
    .filter(({ urn }) => urn.includes("pve:VfioHostConfig::"));
  return found.length > 0 ? found : [NOBODY];
}

/** What it takes to give a host its console back at its next start, as one resource. Pure. */
export function consoleBack(who: Claimant, where: string, facts: HostFacts): HostPlan {
  const seen = factsOf(who, argsFor(where), facts);
  const { loader, edits } = seen;
  // Where nobody can tell what boots it, the initramfs is all that can be made anew.
  const rebuilds = (changed: readonly string[]) =>
    rebuildsOf(changed).filter((what) => what === "initramfs" || loader.is !== "unknown");
  return hostPlan({ who, facts, edits, force: true, rebuilds, rebuild: rebuildBy(loader) });
}

/** What is not so as long as the host runs as it was started. */
export const untilStarted = (who: Claimant, where: string, facts: HostFacts): readonly string[] =>
  awaitsReboot(who.name, argsFor(where), factsOf(who, argsFor(where), facts));

/** Nothing of nobody's any more. */
export function nobodyGone(facts: HostFacts, where: string): HostPlan {
  const { loader } = factsOf(NOBODY, argsFor(where), facts);
  return hostPlan({
    who: NOBODY,
    facts,
    edits: new Map(),
    force: true,
    rebuilds: rebuildsOf,
    rebuild: rebuildBy(loader),
  });
}
