import type { Part } from "./part.ts";

/** A PCI function where it is in one machine. */
export interface Device extends Part {
  /** Like `0000:01:00.0`. */
  readonly address: string;
  /** The address of the bridge that it is behind; none on the root bus. */
  readonly parent: string | undefined;
  /** The bus behind it, if it is a bridge. */
  readonly secondary: number | undefined;
  /** Whether it keeps apart what is behind it, if it is a bridge. */
  readonly acs: boolean;
  /** The slot of the board that it was put into. */
  readonly slot: number | undefined;
}

/** Its slot: the address without the function. */
export const slotOf = (address: string): string => address.replace(/\.[0-7]$/, "");

export const isBridge = ({ class: digits }: Part): boolean => digits.startsWith("0604");
export const isDisplay = ({ class: digits }: Part): boolean => digits.startsWith("03");
export const isNetwork = ({ class: digits }: Part): boolean => digits.startsWith("02");
export const isVga = ({ class: digits }: Part): boolean => digits.startsWith("0300");

/** What a network card's port is called by where it is: the one that the host goes by is on the board. */
export function interfaceOf(device: Device): string | undefined {
  const { address, serves } = device;
  if (!isNetwork(device)) return undefined;
  if (serves === "network") return "eno1";
  const [, bus = "0", slot = "0", fn = "0"] = /:(..):(..)\.(.)$/.exec(address) ?? [];
  return `enp${Number.parseInt(bus, 16)}s${Number.parseInt(slot, 16)}${fn === "0" ? "" : `f${fn}`}`;
}

/** What `pcie_acs_override=` of the kernel's command line pretends. */
interface AcsOverride {
  readonly downstream: boolean;
  readonly multifunction: boolean;
}

/** The IOMMU group of each device by its address: the smallest sets that the hardware keeps apart. */
export function groupsOf(devices: readonly Device[], override: AcsOverride): ReadonlyMap<string, number> {
  const at = new Map(devices.map((device) => [device.address, device]));
  const above = ({ parent }: Device) => (parent === undefined ? undefined : at.get(parent));
  const leader = (device: Device): string => {
    let open: Device | undefined;
    for (let bridge = above(device); bridge !== undefined; bridge = above(bridge))
      if (!bridge.acs && !override.downstream) open = bridge;
    if (open) return open.address;
    return isBridge(device) || device.isolated || override.multifunction ? device.address : slotOf(device.address);
  };
  const numbers = new Map<string, number>();
  const groups = new Map<string, number>();
  for (const device of devices) {
    const led = leader(device);
    const number = numbers.get(led) ?? numbers.size;
    numbers.set(led, number);
    groups.set(device.address, number);
  }
  return groups;
}
