import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { isBridge } from "#providers/passthrough/chosen-devices.ts";
import { type Hand, handsOn } from "#providers/passthrough/handed-on.ts";
import { bad, type Check, type Diagnosis, good } from "../check.ts";
import { nameOf } from "../facts/device-name.ts";
import { whose } from "../facts/whose.ts";
import { headed } from "../table.ts";

/** A device on the map of a host. */
export interface Mapped extends PciDevice {
  /** What the host uses that hangs on it. */
  readonly uses: readonly string[];
  /** By whom it is handed on, at the next start. */
  readonly handedOn: readonly string[];
}

/** Devices that a guest gets together or not at all. */
export interface Group {
  /** None: no IOMMU keeps them apart. */
  readonly number: number | undefined;
  readonly devices: readonly Mapped[];
  /** Bridges aside, it holds functions of one slot alone. */
  readonly isolated: boolean;
}

/** The groups of a host, by number. */
export function groupsOf(facts: HostFacts): Group[] {
  const hands = handsOn(facts, bootLoaderOf(facts));
  const mapped = facts.devices.map((device) => ({
    ...device,
    uses: facts.uses[device.address] ?? [],
    handedOn: [...new Set(hands.filter((hand) => hand.takes(device)).map(byWhom))],
  }));
  return [...Map.groupBy(mapped, ({ group }) => group)]
    .map(([number, devices]) => ({ number, devices, isolated: number !== undefined && isOneSlot(devices) }))
    .toSorted((a, b) => (a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER));
}

const byWhom = ({ at }: Hand): string => whose(at);

const isOneSlot = (devices: readonly PciDevice[]): boolean =>
  new Set(devices.filter((device) => !isBridge(device)).map(({ address }) => address.replace(/\.\d$/, ""))).size < 2;

/** Which device is in which group, with which driver, and what the host has on it. */
export function map(facts: HostFacts): Diagnosis {
  const groups = groupsOf(facts);
  const rows = groups.flatMap(({ number, devices, isolated }) =>
    devices.map((device, n) => [
      n === 0 ? `${number ?? "none"}${isolated ? "" : " *"}` : "",
      device.address,
      device.id,
      device.driver ?? "-",
      nameOf(device),
      notes(device).join("; "),
    ]),
  );
  const legend = groups.some(({ isolated }) => !isolated) ? "  * more than one slot in it\n" : "";
  return {
    checks: checks(facts, groups),
    shown: headed(["group", "address", "ids", "driver", "", ""], rows) + legend,
    data: { groups },
  };
}

const notes = ({ bootVga, uses, handedOn }: Mapped): string[] => [
  ...(bootVga ? ["console"] : []),
  ...(uses.length > 0 ? [`host uses ${uses.join(", ")}`] : []),
  ...(handedOn.length > 0 ? [`handed on by ${handedOn.join(" and ")}`] : []),
];

/** What is handed on must not take along what the host needs. */
function checks({ iommu }: HostFacts, groups: readonly Group[]): Check[] {
  if (!iommu.on)
    return [bad("the IOMMU is off: there are no groups, and nothing can be handed on", "pve-ops diag iommu says why")];
  const found = groups.flatMap(({ number, devices }): Check[] => {
    const handed = devices.filter(({ handedOn }) => handedOn.length > 0);
    const used = handed.filter(({ uses }) => uses.length > 0);
    const along = devices.filter((device) => !handed.includes(device) && !isBridge(device));
    if (handed.length === 0) return [];
    return [
      ...used.map(({ address, uses }) => bad(`${address} is handed on, and the host uses ${uses.join(", ")} on it`)),
      ...along.map(({ address, uses, ...device }) =>
        bad(
          `group ${number}: ${address}${nameOf({ address, ...device }) && ` ${nameOf({ address, ...device })}`} goes along with ${handed.map((one) => one.address).join(", ")}` +
            `${uses.length > 0 ? `, and the host uses ${uses.join(", ")} on it` : ""}`,
          "put the card into another slot, or see whether the firmware's setup has ACS",
        ),
      ),
    ];
  });
  const apart = groups.filter(({ isolated }) => isolated).length;
  return found.length > 0
    ? found
    : [good(`${apart} of ${groups.length} groups hold one slot each; what is handed on takes nothing along`)];
}
