import type { PciDevice } from "../host/host-facts.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";

/** What a host may need to come up, to be reached and to be used. */
const NEEDED: Readonly<Record<string, string>> = {
  "01": "a disk's controller",
  "02": "a network card",
  "03": "a display",
  "06": "a bridge",
  "0c": "a bus controller",
};

/** Why the chosen cards cannot be handed on without something that stays with the host, or has to. */
export function takenFromHost(args: Args, { chosen, host }: Facts): string[] {
  const staying = host.devices.filter((device) => isNeeded(device) && !chosen.devices.includes(device));
  const along = chosen.devices.filter((device) => /^0[126]/.test(device.class) && !isMeant(args, device));
  return [
    // vfio-pci takes devices by what they are, not by where they are.
    ...staying.flatMap((device) => {
      const twin = chosen.devices.find(({ id }) => id === device.id);
      return twin
        ? [`${words(device)} would be taken with ${twin.address}, which has the same id: choose both or neither`]
        : [];
    }),
    ...along.map((device) => `${words(device)} is in a slot that is chosen: choose another card`),
    ...staying
      .filter(({ class: kind, driver }) => /^0[12]/.test(kind) && args.drivers.includes(driver ?? "no driver"))
      .map((device) => `${words(device)} stays with the host and needs ${device.driver}: leave that out of drivers`),
  ];
}

const isNeeded = ({ class: kind }: PciDevice): boolean => NEEDED[kind.slice(0, 2)] !== undefined;

/** Whether it is chosen itself, and not just with its slot. */
const isMeant = ({ gpus }: Args, { address, id }: PciDevice): boolean =>
  gpus.some((gpu) => ("ids" in gpu ? gpu.ids.includes(id) : "address" in gpu && gpu.address === address));

const words = ({ address, id, class: kind, name }: PciDevice): string =>
  `${address} [${id}]${name ? ` ${name}` : ""} (${NEEDED[kind.slice(0, 2)]})`;
