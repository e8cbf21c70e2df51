import { keepsOff } from "#providers/host/edit/modprobe.ts";
import type { Place } from "#providers/host/edit/origin.ts";
import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";
import { standingBack } from "#providers/passthrough/drivers.ts";
import { keptOffIn } from "#providers/passthrough/kernel-words.ts";
import { modprobeLines } from "#providers/passthrough/vfio-ids.ts";
import type { ToldWord } from "./told-words.ts";

/** A driver that is kept from loading, and the line that does it. */
interface KeptOff {
  readonly driver: string;
  /** None where only the running kernel has it. */
  readonly at: Place | undefined;
}

/** What keeps drivers off on a host, whoever wrote it. */
export const keptOff = (facts: HostFacts, words: readonly ToldWord[]): KeptOff[] => [
  ...modprobeLines(facts)
    .filter(keepsOff)
    .map(({ name, at }) => ({ driver: name, at })),
  ...words.flatMap(({ word, at, next }) => (next ? keptOffIn(word) : []).map((driver) => ({ driver, at }))),
];

/** The drivers that would claim a device, and the one that has it. */
export function driversFor(device: PciDevice): string[] {
  const { blacklisted, after } = standingBack([device], [device]);
  const own = device.driver === undefined || device.driver === "vfio-pci" ? [] : [device.driver];
  return [...new Set([...own, ...blacklisted, ...after].map(underscored))];
}

const underscored = (name: string): string => name.replaceAll("-", "_");
