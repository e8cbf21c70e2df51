import { few } from "#providers/core/counting.ts";
import { placeWords } from "#providers/host/edit/origin.ts";
import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { slotOf } from "#providers/passthrough/chosen-devices.ts";
import { driverWords } from "#providers/passthrough/device-words.ts";
import { type Hand, handsOn } from "#providers/passthrough/handed-on.ts";
import { keepsDark } from "#providers/passthrough/keeps-dark.ts";
import { listedModules, modprobeLines } from "#providers/passthrough/vfio-ids.ts";
import { bad, type Check, type Diagnosis, good } from "../check.ts";
import { nameOf } from "../facts/device-name.ts";
import { driversFor } from "../facts/kept-off.ts";
import { whose } from "../facts/whose.ts";

/** What on a host contradicts what is to be handed on, `host` being how it is reached. */
export function conflicts(facts: HostFacts, host: string): Diagnosis {
  const hands = handsOn(facts, bootLoaderOf(facts));
  const targets = facts.devices.filter((device) => hands.some((hand) => hand.takes(device)));
  const found = [
    ...targets.filter(({ driver }) => driver !== "vfio-pci").map((device) => claimed(device, host)),
    ...pulled(facts, targets),
    ...several(hands),
    ...twins(facts, targets, hands),
    ...obsolete(facts),
    ...dark(facts, targets),
  ];
  const all =
    targets.length === 0
      ? "nothing is set up to be handed on"
      : `nothing contradicts ${few(targets.map(({ address }) => address))}`;
  return { checks: found.length > 0 ? found : [good(all)], data: { targets: targets.map(({ address }) => address) } };
}

const claimed = (device: PciDevice, host: string): Check =>
  bad(
    `${device.address} ${nameOf(device)} is to be vfio-pci's, and is ${driverWords(device)} now`,
    `it is from the next start on; or now: pve-ops bind ${host} ${device.address}`,
  );

/** Lines that have another driver come first. */
function pulled(facts: HostFacts, targets: readonly PciDevice[]): Check[] {
  const drivers = new Set(targets.flatMap(driversFor));
  const loaded = listedModules(facts).filter(({ name }) => drivers.has(name));
  const blocked = modprobeLines(facts).filter(
    ({ command, name }) => /^vfio/.test(name) && (command === "blacklist" || command === "install"),
  );
  return [
    ...loaded.map(({ name, at }) =>
      bad(`${placeWords(at)} (${whose(at)}) loads ${name}, which would claim it first`, "take that line out"),
    ),
    ...(targets.length === 0 ? [] : blocked).map(({ command, name, value, at }) =>
      bad(`${placeWords(at)} (${whose(at)}) has ${command} ${name} ${value}`.trimEnd(), "take that line out"),
    ),
  ];
}

/** The kernel goes by the last list of ids alone. */
function several(hands: readonly Hand[]): Check[] {
  const lists = hands.filter(({ by }) => by === "ids");
  if (lists.length < 2) return [];
  const where = lists.map(({ at }) => `${placeWords(at)} (${whose(at)})`);
  return [
    bad(
      `${where.join(" and ")} each list ids for vfio-pci, which goes by one of them alone`,
      "have one line list them all",
    ),
  ];
}

/** vfio-pci takes devices by what they are, where it is not one of ours that lists them all. */
function twins({ files }: HostFacts, targets: readonly PciDevice[], hands: readonly Hand[]): Check[] {
  const isListed = ({ at }: Hand, { address }: PciDevice) =>
    at.origin.by === "us" && files[at.path]?.includes(`\n# ${address} [`);
  const byIds = targets.filter((device) => hands.some((hand) => hand.by === "ids" && hand.takes(device)));
  const unlisted = byIds.filter((device) => !hands.some((hand) => isListed(hand, device)));
  return [...Map.groupBy(byIds, ({ id }) => id)].flatMap(([id, equal]) => {
    const slots = new Set(equal.map(({ address }) => slotOf(address)));
    if (slots.size < 2 || !equal.some((device) => unlisted.includes(device))) return [];
    const where = equal.map(({ address }) => address).join(" and ");
    return [
      bad(
        `${where} have the same ids ${id}: vfio-pci takes all of them`,
        "where one is to stay with the host: bind: address",
      ),
    ];
  });
}

const obsolete = (facts: HostFacts): Check[] =>
  listedModules(facts)
    .filter(({ name }) => name === "vfio_virqfd")
    .map(({ at }) =>
      bad(
        `${placeWords(at)} (${whose(at)}) loads vfio_virqfd, which is a part of vfio since kernel 6.2`,
        "take that line out",
      ),
    );

/** A display that stays with the host, and has nothing that could show a picture on it. */
function dark(facts: HostFacts, targets: readonly PciDevice[]): Check[] {
  const staying = { ...facts, devices: facts.devices.filter((device) => !targets.includes(device)) };
  // What is ours was looked at when it was declared.
  return keepsDark(staying, "")
    .filter(({ at }) => at.origin.by !== "us")
    .map(({ at, said, why }) =>
      bad(`${placeWords(at)} (${whose(at)}) has ${said}: ${why}`, "take that out, or hand that display on, too"),
    );
}
