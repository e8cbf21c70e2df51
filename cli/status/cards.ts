import type { Place } from "#providers/host/edit/origin.ts";
import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { isBridge, isDisplay, slotOf } from "#providers/passthrough/chosen-devices.ts";
import { handsOn } from "#providers/passthrough/handed-on.ts";
import { driversFor, keptOff } from "../facts/kept-off.ts";
import { toldWords } from "../facts/told-words.ts";

/** A function of a card, or of whatever else is handed on. */
export interface CardFunction extends PciDevice {
  readonly uses: readonly string[];
  /** The lines that have vfio-pci take it at the next start. */
  readonly handedOn: readonly { readonly by: "ids" | "address"; readonly at: Place }[];
  /** The lines that keep drivers off which would claim it. */
  readonly keptOff: readonly { readonly driver: string; readonly at: Place | undefined }[];
}

/** Every card with a display, and all else that is handed on or with vfio-pci: whole slots. */
export function cardsOf(facts: HostFacts): CardFunction[] {
  const loader = bootLoaderOf(facts);
  const [hands, off] = [handsOn(facts, loader), keptOff(facts, toldWords(facts, loader))];
  const isMeant = (device: PciDevice) =>
    isDisplay(device) || device.driver === "vfio-pci" || hands.some((hand) => hand.takes(device));
  const slots = new Set(facts.devices.filter(isMeant).map(({ address }) => slotOf(address)));
  return facts.devices
    .filter((device) => slots.has(slotOf(device.address)) && !isBridge(device))
    .map((device) => ({
      ...device,
      uses: facts.uses[device.address] ?? [],
      handedOn: hands.filter((hand) => hand.takes(device)).map(({ by, at }) => ({ by, at })),
      keptOff: off.filter(({ driver }) => driversFor(device).includes(driver)),
    }));
}
