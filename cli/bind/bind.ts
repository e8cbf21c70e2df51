import { few } from "#providers/core/counting.ts";
import { Trouble } from "#providers/core/trouble.ts";
import { boundOn } from "#providers/host/bound.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { isHandedOn } from "#providers/passthrough/binding.ts";
import { type ByHand, bindSteps, unbindSteps } from "#providers/passthrough/by-hand.ts";
import { deviceWords, driverWords } from "#providers/passthrough/device-words.ts";
import { isHeadless } from "#providers/passthrough/headless.ts";
import { bad, type Check, good, note } from "../check.ts";
import { doneAt } from "../done.ts";
import { resourcesOn } from "../facts/resources.ts";
import { atHost, hostAndAddress } from "../hosts/at-host.ts";
import { orTrouble } from "../hosts/or-trouble.ts";
import type { Reached } from "../hosts/reach.ts";
import type { Outcome } from "../outcome.ts";
import { USAGE } from "../usage.ts";

type Notes = (facts: HostFacts, made: ByHand) => Check[];
type Plan = (facts: HostFacts, address: string, where: string) => ByHand;

/** A device to vfio-pci, now: 0 done, 1 refused, 2 it could not be told. */
export const bind = (args: readonly string[]): Promise<Outcome> =>
  changed(args, USAGE.bind, bindSteps, (facts, made) => [...dark(facts, made), ...beside(made)]);

/** And back to its own driver. */
export const unbind = (args: readonly string[]): Promise<Outcome> =>
  changed(
    args,
    USAGE.unbind,
    (facts, address) => {
      const bound = resourcesOn(facts).map(({ name }) => boundOn(facts, name));
      return unbindSteps(facts, address, Object.assign({}, ...bound));
    },
    () => [],
  );

async function changed(args: readonly string[], usage: string, plan: Plan, notes: Notes): Promise<Outcome> {
  const { host, address, stack, json } = hostAndAddress(args, usage);
  return await atHost({ host, stack, json }, async (reached) =>
    doneAt(host, await done(reached, address, plan, notes), json),
  );
}

async function done({ name: where, host }: Reached, address: string, plan: Plan, notes: Notes): Promise<Check[]> {
  const facts = await host.facts();
  const made = plan(facts, address, where);
  const { devices, refusals, steps } = made;
  if (refusals.length > 0) return refusals.map((why) => bad(why));
  if (steps.length === 0)
    return [
      ...devices.map((device) => good(`${deviceWords(device)} is ${driverWords(device)} already`)),
      ...notes(facts, made),
    ];
  const trouble = await orTrouble(() => host.apply(steps));
  if (trouble instanceof Trouble) return [bad(trouble.message)];
  const now = (await host.facts()).devices;
  const after = devices.flatMap(({ address: one }) => now.filter((device) => device.address === one));
  return [
    ...after.map((device) => good(`${deviceWords(device)} is ${driverWords(device)}, until it starts again`)),
    ...notes(facts, made),
  ];
}

/** That no display is left to the host. */
function dark(host: HostFacts, { devices }: ByHand): Check[] {
  const away = [...devices, ...host.devices.filter(isHandedOn)];
  if (!isHeadless({ host, chosen: { devices: away, failures: [] } })) return [];
  return [note("no display is left for its console, which stays dark", "pve-ops unbind, or a restart, gives it back")];
}

/** What would keep a guest from starting with it. */
function beside({ siblings }: ByHand): Check[] {
  const held = siblings.filter(({ driver }) => driver !== undefined && driver !== "vfio-pci");
  if (held.length === 0) return [];
  return [
    note(
      `in its IOMMU group ${few(
        held.map(({ address, driver }) => `${address} (${driver})`),
        6,
      )} goes along when a guest with it starts`,
      "where the host needs that: another slot",
    ),
  ];
}
