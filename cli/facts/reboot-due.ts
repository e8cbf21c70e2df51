import { few } from "#providers/core/counting.ts";
import type { HostFacts, PciDevice } from "#providers/host/host-facts.ts";
import { isChangedSince } from "#providers/host/journal.ts";
import { pinnedKernel } from "#providers/host/reboot/confirm.ts";
import { type BootLoader, bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { handsOn } from "#providers/passthrough/handed-on.ts";
import type { Node } from "../hosts/node.ts";
import { resourcesOn } from "./resources.ts";
import { toldWords, untilThen } from "./told-words.ts";

/** Why a host is to be started again, in words; nothing where it is not. */
export function rebootDue(facts: HostFacts, node: Node, loader: BootLoader = bootLoaderOf(facts)): string[] {
  const newest = pinnedKernel(facts) ?? node.kernels.at(-1) ?? facts.kernel;
  const hands = handsOn(facts, loader);
  const away = facts.devices
    .filter(({ driver }) => driver !== "vfio-pci")
    .filter((one) => hands.some((hand) => hand.takes(one)));
  const due = [
    ...untilThen(toldWords(facts, loader)),
    ...(newest === facts.kernel ? [] : [`it runs kernel ${facts.kernel}, and would start ${newest}`]),
    ...(away.length > 0
      ? [`${few(away.map(withDriver), 6)} ${away.length === 1 ? "goes" : "go"} to vfio-pci then`]
      : []),
    ...(node.rebootRequired ? ["a package wants it (/run/reboot-required)"] : []),
  ];
  const changed = resourcesOn(facts).filter(({ name }) => isChangedSince(facts, name));
  return due.length > 0 ? due : changed.map(({ name }) => `what stood there before ${name} was changed is in effect`);
}

const withDriver = ({ address, driver }: PciDevice): string => `${address} (${driver ?? "no driver"})`;
