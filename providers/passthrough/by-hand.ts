import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import type { Bound } from "../host/journal.ts";
import { FITTING, type HostStep } from "../host/step.ts";
import { binding, isHandedOn, releasing } from "./binding.ts";
import { isBridge, slotOf } from "./chosen-devices.ts";
import { deviceWords } from "./device-words.ts";
import { siblingsOf } from "./groups.ts";
import { holdRefusals } from "./notes.ts";
import { usesOf } from "./what-the-host-keeps.ts";

/** What it takes to hand on a card now, without any resource. */
export interface ByHand {
  /** All functions of its slot. */
  readonly devices: readonly PciDevice[];
  /** What else is in their IOMMU groups: a guest can have the card only while no driver of the host's has these. */
  readonly siblings: readonly PciDevice[];
  /** Why it must not be. */
  readonly refusals: readonly string[];
  /** None where it is so already. */
  readonly steps: readonly HostStep[];
}

/** The slot of an address to vfio-pci. */
export function bindSteps(host: HostFacts, address: string, where: string): ByHand {
  const seen = slotAt(host, address);
  const needed = seen.devices.filter((device) => usesOf(device, host).length > 0);
  return planned(seen, {
    refusals: [
      ...needed.map(
        (device) => `${deviceWords(device)} is what ${usesOf(device, host).join(", ")} of the host hangs on`,
      ),
      ...(host.iommu.on ? [] : ["the IOMMU is off, and vfio-pci takes nothing without it"]),
      ...holdRefusals(where, host),
    ],
    steps: binding(seen.devices.filter((device) => !isHandedOn(device))),
  });
}

/** The slot of an address back to the drivers that are on record for it, or that the kernel finds. */
export function unbindSteps(host: HostFacts, address: string, bound: Bound): ByHand {
  const seen = slotAt(host, address);
  const back = seen.devices.filter(isHandedOn);
  const driverOf = (at: string) => bound[at] ?? { driver: FITTING };
  return planned(seen, {
    refusals: [],
    steps: releasing(Object.fromEntries(back.map((device) => [device.address, driverOf(device.address)]))),
  });
}

function slotAt(host: HostFacts, address: string): Omit<ByHand, "steps"> {
  const possible = host.devices.filter((device) => !isBridge(device));
  const named = possible.filter((device) => device.address === address || slotOf(device.address) === address);
  const devices = possible.filter((device) => named.some((one) => slotOf(one.address) === slotOf(device.address)));
  return {
    devices,
    siblings: siblingsOf({ chosen: { devices, failures: [] }, host }),
    refusals: named.length > 0 ? [] : [`there is no device at ${address} that can be handed on`],
  };
}

const planned = (seen: Omit<ByHand, "steps">, { refusals, steps }: Pick<ByHand, "refusals" | "steps">): ByHand => {
  const all = [...seen.refusals, ...refusals];
  return { ...seen, refusals: all, steps: all.length > 0 ? [] : steps };
};
