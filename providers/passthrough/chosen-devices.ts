import type { Failure } from "../core/door.ts";
import type { PciDevice } from "../host/host-facts.ts";
import type { Args, Gpu } from "./vfio-host-config.args.ts";

/** The devices that a host is to hand on: of each chosen card's slot all functions, or those that it lists. */
export interface Chosen {
  readonly devices: readonly PciDevice[];
  readonly failures: readonly Failure[];
}

export const isBridge = ({ class: kind }: PciDevice): boolean => kind.startsWith("06");
export const isDisplay = ({ class: kind }: PciDevice): boolean => kind.startsWith("03");

/** `0000:01:00` of `0000:01:00.0`. */
export const slotOf = (address: string): string => address.replace(/\.[0-7]$/, "");

/** The number behind the dot of an address. */
export const functionOf = (address: string): number => Number(address.at(-1));

export function chosenDevices({ gpus, host }: Args, all: readonly PciDevice[]): Chosen {
  const failures: Failure[] = [];
  const addresses = new Set<string>();
  gpus.forEach((gpu, n) => {
    const refuse = (property: string, reason: string) => failures.push({ property, reason: `${host} ${reason}` });
    const found = all.filter((device) => !isBridge(device) && isMeant(gpu, device));
    if (found.length === 0)
      refuse(`gpus[${n}]`, `has no device with ${wordsOf(gpu)}; its displays are ${displaysIn(all)}`);
    for (const slot of new Set(found.map(({ address }) => slotOf(address)))) {
      const there = all.filter(({ address }) => slotOf(address) === slot).map(({ address }) => address);
      const lacking = numbersOf(gpu).filter((number) => !there.includes(`${slot}.${number}`));
      if (lacking.length > 0)
        refuse(
          `gpus[${n}].functions`,
          `has no ${lacking.map((number) => `${slot}.${number}`).join(", ")}; that slot has ${there.join(", ")}`,
        );
      for (const address of there) if (hasFunction(gpu, address)) addresses.add(address);
    }
  });
  return { devices: all.filter(({ address }) => addresses.has(address)), failures };
}

const isMeant = (gpu: Gpu, { address, id, name = "", class: kind }: PciDevice): boolean => {
  if ("address" in gpu) return address === gpu.address || slotOf(address) === gpu.address;
  if ("ids" in gpu) return gpu.ids.includes(id);
  return kind.startsWith("03") && name.toLowerCase().includes(gpu.match.toLowerCase());
};

/** Whether a device is asked for by itself, and not just with its slot. */
export const isNamed = (gpu: Gpu, { address, id }: PciDevice): boolean =>
  numbersOf(gpu).includes(functionOf(address)) ||
  ("ids" in gpu && gpu.ids.includes(id)) ||
  ("address" in gpu && gpu.address === address);

const numbersOf = ({ functions }: Gpu): readonly number[] => (functions === "all" ? [] : functions);

const hasFunction = ({ functions }: Gpu, address: string): boolean =>
  functions === "all" || functions.includes(functionOf(address));

const wordsOf = (gpu: Gpu): string => {
  if ("address" in gpu) return `the address ${gpu.address}`;
  return "ids" in gpu ? `the ids ${gpu.ids.join(", ")}` : `${JSON.stringify(gpu.match)} in a display's name`;
};

const displaysIn = (all: readonly PciDevice[]): string =>
  all
    .filter(isDisplay)
    .map(({ address, id, name }) => `${address} ${name ?? ""} [${id}]`.replace("  ", " "))
    .join(", ") || "none";
