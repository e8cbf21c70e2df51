import type { Failure } from "../core/door.ts";
import { type Finding, warning } from "../core/finding.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { isBridge, isDisplay, isNamed, slotOf } from "./chosen-devices.ts";
import { deviceWords, driverWords } from "./device-words.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { usesOf } from "./what-the-host-keeps.ts";

type Seen = Pick<Facts, "chosen" | "host">;

/** All devices of a device's IOMMU group, itself too; none while it is in none. */
export const membersOf = ({ group }: PciDevice, { devices }: HostFacts): PciDevice[] =>
  group === undefined ? [] : devices.filter((device) => device.group === group);

/** The devices that share a group with chosen ones and stay; a guest does not need bridges to stand back. */
export function siblingsOf({ chosen, host }: Seen): PciDevice[] {
  const groups = new Set(chosen.devices.map(({ group }) => group).filter((group) => group !== undefined));
  return host.devices.filter(
    (device) =>
      device.group !== undefined && groups.has(device.group) && !chosen.devices.includes(device) && !isBridge(device),
  );
}

/** Why groups do not allow it: what would have to go along, and listed devices that share none. */
export function groupFailures(args: Args, facts: Seen): Failure[] {
  const { host, chosen } = facts;
  const siblings = siblingsOf(facts);
  const shared = siblings
    .filter((device) => !isAllowed(args, device, host))
    .map((device) => sharedWords(device, facts));
  const known = chosen.devices.some(({ group }) => group !== undefined);
  const members = host.devices.filter((device) => chosen.devices.some(({ group }) => group === device.group));
  return [
    ...shared.map((reason) => ({ property: "host", reason: `${args.host}: ${reason}` })),
    ...args.allowSharedGroup.flatMap((listed, n): Failure[] => {
      if (!known || members.some(({ address }) => isListed(listed, address))) return [];
      const there = siblings.map(({ address }) => address).join(", ") || "no other device";
      const reason = `${args.host} has no ${listed} in the IOMMU group of a chosen device; what shares one is ${there}`;
      return [{ property: `allowSharedGroup[${n}]`, reason }];
    }),
  ];
}

/** What to know of groups though they are allowed, or not there yet. */
export function groupFindings(args: Args, facts: Seen): Finding[] {
  const { host: where, allowSharedGroup } = args;
  const { host, chosen } = facts;
  if (!host.iommu.on && chosen.devices.length > 0)
    return [
      warning(
        "groups-unknown",
        where,
        `${where}: its IOMMU is off, so that nobody can tell yet what shares a group with the chosen devices. ` +
          "A preview judges it once it is on.",
      ),
    ];
  const shared = siblingsOf(facts).filter((device) => isAllowed({ allowSharedGroup }, device, host));
  return [
    ...goingAlong(args, facts),
    ...shared.map((device) =>
      warning(
        "shared-group",
        where,
        `${where}: ${deviceWords(device)} shares IOMMU group ${device.group} with ${besideWords(device, facts)}, and is ` +
          `${driverWords(device)}: Proxmox VE takes it from the host, too, when a guest with that starts.`,
      ),
    ),
  ];
}

/** What a slot has beside a card and nobody asked for: a CPU with graphics has the board's USB ports there. */
const goingAlong = ({ host: where, gpus }: Args, { chosen }: Seen): Finding[] =>
  chosen.devices
    .filter((device) => /^(?:0c03|10)/.test(device.class) && !gpus.some((gpu) => isNamed(gpu, device)))
    .filter((device) => !chosen.devices.some((card) => isDisplay(card) && card.group === device.group))
    .map((device) =>
      warning(
        "goes-along",
        where,
        `${where}: ${deviceWords(device)}, ${driverWords(device)}, goes along with its slot, though it is in a group of its ` +
          "own, and what is plugged into it leaves the host. List the functions that go, to keep it.",
      ),
    );

function sharedWords(device: PciDevice, facts: Seen): string {
  const uses = usesOf(device, facts.host);
  const needed = uses.length > 0 ? `, which the host uses for ${uses.join(", ")},` : "";
  // A guest's start takes every device of the group from the host: what that lives on cannot be listed.
  const instead =
    uses.length > 0 ? "" : `, or list ${device.address} under allowSharedGroup and it goes along when a guest starts`;
  return (
    `${deviceWords(device)}, ${driverWords(device)}${needed || ","} shares IOMMU group ${device.group} with ` +
    `${besideWords(device, facts)}: a guest gets all of a group or nothing of it. Put the card into another slot${instead}`
  );
}

const besideWords = ({ group }: PciDevice, { chosen }: Seen): string =>
  chosen.devices
    .filter((device) => device.group === group)
    .map(({ address }) => address)
    .join(", ");

const isAllowed = ({ allowSharedGroup }: Pick<Args, "allowSharedGroup">, device: PciDevice, host: HostFacts): boolean =>
  usesOf(device, host).length === 0 && allowSharedGroup.some((listed) => isListed(listed, device.address));

/** An address without a function stands for all of its slot. */
const isListed = (listed: string, address: string): boolean => listed === address || listed === slotOf(address);
