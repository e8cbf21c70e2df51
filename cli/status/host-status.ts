import { textsIn } from "#providers/host/edit/parameter.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { armedIn, healedIn } from "#providers/host/reboot/confirm.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { holdOn } from "#providers/passthrough/notes.ts";
import { profileOf } from "#providers/passthrough/profile.ts";
import { ownPaths } from "#providers/passthrough/vfio-files.ts";
import { rebootDue } from "../facts/reboot-due.ts";
import { resourcesOn } from "../facts/resources.ts";
import type { DeclaredHost } from "../hosts/declared.ts";
import type { Node } from "../hosts/node.ts";
import { cardsOf } from "./cards.ts";
import { judged } from "./judged.ts";

/** How a host is, and whether that is as it is to be. */
export type HostStatus = ReturnType<typeof statusOf>;

/** What bears on cards and consoles. */
const FLAGS =
  /^"?(?:intel_iommu|amd_iommu|iommu|intremap|pcie_acs_override|vfio|video|fbcon|console|nomodeset|module_blacklist|modprobe[._]blacklist|initcall_blacklist|kvm|pci=)/;

/** Pure. */
export function statusOf(host: string, facts: HostFacts, node: Node, declared: readonly DeclaredHost[] | undefined) {
  const loader = bootLoaderOf(facts);
  const due = rebootDue(facts, node, loader);
  const names = resourcesOn(facts).map(({ name }) => name);
  return {
    node: node.name,
    version: node.version,
    kernel: facts.kernel,
    firmware: facts.firmware,
    loader,
    clustered: node.clustered,
    quorate: quorateIn(facts),
    maintenance: node.maintenance,
    guests: facts.guests,
    flags: textsIn(facts.cmdline).filter((word) => FLAGS.test(word)),
    reboot: due,
    held: holdOn(facts),
    armed: armedIn(facts),
    healed: healedIn(facts),
    cards: cardsOf(facts),
    resources: names,
    checks: judged(host, facts, declared, due),
    /** What it is set up for, as args that could be declared. */
    args: { host, ...profileOf(facts, handsOnFirst(facts, names)) },
    /** All that was read, as `pve:nodes.<name>.facts` takes it. */
    facts,
  };
}

/** Of several resources the one that hands something on. */
const handsOnFirst = ({ files }: HostFacts, names: readonly string[]): string =>
  names.find((name) => files[ownPaths(name).modprobe] !== undefined) ?? names[0] ?? "";

/** None where it is in no cluster, or does not tell. */
function quorateIn({ said }: HostFacts): boolean | undefined {
  const told = /^Quorate:\s+(Yes|No)/m.exec(said["corosync"] ?? "")?.[1];
  return told === undefined ? undefined : told === "Yes";
}
