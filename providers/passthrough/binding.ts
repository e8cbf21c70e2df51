import { boundOn } from "../host/bound.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import type { Bound } from "../host/journal.ts";
import type { HostStep } from "../host/step.ts";
import type { Binding } from "../host/wish.ts";
import { type Chosen, slotOf } from "./chosen-devices.ts";
import type { Args } from "./vfio-host-config.args.ts";

interface Seen {
  readonly host: HostFacts;
  readonly chosen: Chosen;
}

/** Seconds that a driver may take to let go of a device, or to take it. */
const PATIENCE = 20;

/** What changes its driver while the host runs. What was bound so stays, where files see to the next start from now on. */
export function bindingOf(name: string, args: Args, { host, chosen }: Seen): Binding {
  const held = boundOn(host, name);
  const wanted = args.mode === "passthrough" ? chosen.devices : [];
  const binds = wanted.length > 0 && !args.persist;
  const away = binds ? wanted.filter((device) => !isHandedOn(device)) : [];
  const taken = Object.fromEntries(away.map((device) => [device.address, asItWas(device, host, held)]));
  const isWanted = (address: string) => wanted.some((device) => device.address === address);
  const kept = Object.fromEntries(Object.entries(held).filter(([address]) => isWanted(address)));
  const given = Object.fromEntries(Object.entries(held).filter(([address]) => !isWanted(address)));
  const recorded = (bound: Bound) => (binds || Object.keys(bound).length > 0 ? bound : undefined);
  return {
    during: recorded({ ...held, ...taken }),
    after: recorded({ ...kept, ...taken }),
    steps: [...releasing(given), ...binding(away)],
  };
}

/** Whether a run is to bind something. */
export const isToBind = (name: string, args: Args, seen: Seen): boolean =>
  bindingOf(name, args, seen).steps.some((step) => step.do === "bind");

/** Whether an earlier run bound what is wanted no more. */
export const isToGiveBack = (name: string, args: Args, seen: Seen): boolean =>
  bindingOf(name, args, seen).steps.some((step) => step.do === "release");

/** What a run changes, and what a destroy would, as a preview shows it. */
export function bindWords(name: string, args: Args, seen: Seen): { now: string[]; onDelete: string[] } {
  const { after = {}, steps } = bindingOf(name, args, seen);
  const fromWords = (address: string) =>
    seen.host.devices.find((device) => device.address === address)?.driver ?? NO_DRIVER;
  const now = steps.flatMap((step) => {
    if (step.do === "release") return step.devices.map(({ address, driver }) => backWords(address, driver));
    return step.do === "bind"
      ? step.addresses.map((address) => `${address} from ${fromWords(address)} to vfio-pci`)
      : [];
  });
  return { now, onDelete: Object.entries(after).map(([address, { driver }]) => backWords(address, driver)) };
}

/** Each slot by itself: all of its functions, or none. */
export const binding = (devices: readonly PciDevice[]): HostStep[] =>
  [...Map.groupBy(devices, ({ address }) => slotOf(address)).values()].map((slot) => ({
    do: "bind",
    seconds: PATIENCE,
    addresses: slot.map(({ address }) => address),
  }));

/** Each to the driver that it had. */
export const releasing = (bound: Readonly<Record<string, { readonly driver?: string | undefined }>>): HostStep[] => {
  const devices = Object.entries(bound).map(([address, { driver }]) => ({ address, driver }));
  return devices.length > 0 ? [{ do: "release", seconds: PATIENCE, devices }] : [];
};

export const isHandedOn = ({ driver }: PciDevice): boolean => driver === "vfio-pci";

/** Between two drivers, as a run that was cut off leaves it, what is on record counts. */
function asItWas({ address, driver = undefined }: PciDevice, { bootId }: HostFacts, held: Bound): Bound[string] {
  const was = driver ?? held[address]?.driver;
  return { boot: bootId, ...(was === undefined ? {} : { driver: was }) };
}

const NO_DRIVER = "no driver";
const backWords = (address: string, driver = NO_DRIVER): string => `${address} from vfio-pci back to ${driver}`;
