import type { Failure } from "../core/door.ts";
import type { PciDevice } from "../host/host-facts.ts";
import type { Args, Gpu } from "./vfio-host-config.args.ts";

/** The devices that a host is to hand on: each chosen card with all functions of its slot. */
export interface Chosen {
  readonly devices: readonly PciDevice[];
  readonly failures: readonly Failure[];
}

const BRIDGE = "06";
export const isDisplay = ({ class: kind }: PciDevice): boolean => kind.startsWith("03");

export function chosenDevices({ gpus, host }: Args, all: readonly PciDevice[]): Chosen {
  const failures: Failure[] = [];
  const slots = new Set<string>();
  gpus.forEach((gpu, n) => {
    const found = all.filter((device) => !device.class.startsWith(BRIDGE) && isChosen(gpu, device));
    if (found.length === 0)
      failures.push({
        property: `gpus[${n}]`,
        reason: `${host} has no device with ${wordsOf(gpu)}; its displays are ${displaysIn(all)}`,
      });
    for (const { address } of found) slots.add(slotOf(address));
  });
  return { devices: all.filter(({ address }) => slots.has(slotOf(address))), failures };
}

const isChosen = (gpu: Gpu, { address, id, name = "", class: kind }: PciDevice): boolean => {
  if ("address" in gpu) return address === gpu.address || slotOf(address) === gpu.address;
  if ("ids" in gpu) return gpu.ids.includes(id);
  return kind.startsWith("03") && name.toLowerCase().includes(gpu.match.toLowerCase());
};

const wordsOf = (gpu: Gpu): string => {
  if ("address" in gpu) return `the address ${gpu.address}`;
  return "ids" in gpu ? `the ids ${gpu.ids.join(", ")}` : `${JSON.stringify(gpu.match)} in a display's name`;
};

const displaysIn = (all: readonly PciDevice[]): string =>
  all
    .filter(isDisplay)
    .map(({ address, id, name }) => `${address} ${name ?? ""} [${id}]`.replace("  ", " "))
    .join(", ") || "none";

const slotOf = (address: string): string => address.replace(/\.[0-7]$/, "");
