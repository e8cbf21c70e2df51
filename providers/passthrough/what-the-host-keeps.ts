import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { ZPOOL_LATE } from "../host/late.ts";
import { isBridge, isNamed, slotOf } from "./chosen-devices.ts";
import { deviceWords } from "./device-words.ts";
import { keptOffIn } from "./kernel-words.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";

/** Why the chosen cards cannot be handed on without something that stays with the host, or has to. */
export function takenFromHost(args: Args, { chosen, host }: Pick<Facts, "chosen" | "host">): string[] {
  const staying = host.devices.filter((device) => !chosen.devices.includes(device));
  const isAlong = (device: PciDevice) => isBridge(device) || !args.gpus.some((gpu) => isNamed(gpu, device));
  const along = chosen.devices.filter((device) => /^0[126]/.test(device.class) && isAlong(device));
  const reckoned = host.late.includes("zpool") ? ` (${ZPOOL_LATE})` : "";
  const inUse = chosen.devices.filter((device) => !along.includes(device) && usesOf(device, host).length > 0);
  return [
    ...inUse.map(
      (device) =>
        `${deviceWords(device)} is what ${usesOf(device, host).join(", ")} of the host hangs on: it can never be handed on${reckoned}`,
    ),
    ...(args.persist && args.bind === "ids" ? twins(chosen.devices, staying) : []),
    ...along.map((device) => `${deviceWords(device)} is in a slot that is chosen: choose another card`),
    ...staying
      .filter((device) => isNeeded(device, host))
      .flatMap((device) =>
        keptOffBy(args, device).map(
          (said) => `${deviceWords(device)} stays with the host and needs ${device.driver}: leave that out of ${said}`,
        ),
      ),
  ];
}

const isNeeded = (device: PciDevice, host: HostFacts): boolean =>
  /^0[12]/.test(device.class) || usesOf(device, host).length > 0;

/** Which of the args keep its driver off; that may be called otherwise than the modules that it is in. */
function keptOffBy({ drivers, kernelParameters }: Args, { driver = "" }: PciDevice): string[] {
  const own = driver.replaceAll("-", "_");
  const modules = own === "xhci_hcd" ? [own, "xhci_pci"] : [own];
  const isMeant = (names: readonly string[]) => names.some((name) => modules.includes(name.replaceAll("-", "_")));
  const words = kernelParameters.filter((word) => isMeant(keptOffIn(word)));
  return [...(drivers !== "auto" && isMeant(drivers) ? ["drivers"] : []), ...words];
}

/** What of the host hangs on a device: `sda3`, `eno1`. */
export const usesOf = ({ address }: PciDevice, { uses }: HostFacts): readonly string[] => uses[address] ?? [];

/** By its ids vfio-pci takes a device wherever it is: of a card that stays, the first one is named. */
function twins(chosen: readonly PciDevice[], staying: readonly PciDevice[]): string[] {
  const taken = staying.filter((device) => !isBridge(device) && chosen.some(({ id }) => id === device.id));
  return [...Map.groupBy(taken, ({ address }) => slotOf(address)).values()].flatMap(([first]) => {
    const twin = chosen.find(({ id }) => id === first?.id);
    if (first === undefined || twin === undefined) return [];
    const why = `${deviceWords(first)} would be taken with ${twin.address}, which has the same id`;
    return [`${why}: choose both or neither, or set bind: "address"`];
  });
}
