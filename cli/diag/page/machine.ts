import type { HostFacts } from "#providers/host/host-facts.ts";
import { isBridge } from "#providers/passthrough/chosen-devices.ts";
import type { Node } from "../../hosts/node.ts";
import { type Group, groupsOf, type Mapped } from "../map.ts";

/** A root port with what is behind it; without one, what is on the board itself. */
export interface Port {
  readonly bridge: Mapped | undefined;
  readonly groups: readonly PortGroup[];
}

/** A group where it is drawn. */
export interface PortGroup {
  readonly group: Group;
  /** What a guest could get, bridges aside. */
  readonly devices: readonly Mapped[];
  /** The bridges that share the group. */
  readonly bridges: readonly Mapped[];
}

/** A machine as it is drawn: root ports in their order, what is on the board last. */
export function portsOf(facts: HostFacts, { above }: Pick<Node, "above">): Port[] {
  const groups = groupsOf(facts);
  const all = groups.flatMap(({ devices }) => devices);
  const drawn = groups
    .map((group) => ({
      group,
      devices: group.devices.filter((device) => !isBridge(device)),
      bridges: group.devices.filter(isBridge),
    }))
    .filter(({ devices }) => devices.length > 0);
  const rootOf = ({ devices }: PortGroup) => devices.map(({ address }) => above[address]?.[0]).find(Boolean);
  return [...Map.groupBy(drawn, rootOf)]
    .map(([root, own]) => ({ bridge: all.find(({ address }) => address === root), groups: own }))
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

const placeOf = ({ bridge }: Port): string => bridge?.address ?? "last";
