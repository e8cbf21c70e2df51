import { counted } from "#providers/core/counting.ts";
import { keyOf, textsIn } from "#providers/host/edit/parameter.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { bad, type Check, type Diagnosis, good, untold } from "../check.ts";
import type { Node } from "../hosts/node.ts";

const SPOKEN = /^(?:intel_iommu|amd_iommu|iommu|iommu\.passthrough|iommu\.strict|intremap|pcie_acs_override)$/;

/** Whether a host's IOMMU is on, and by what that can be told. */
export function iommu(facts: HostFacts, node: Node): Diagnosis {
  const { devices, iommu } = facts;
  const words = textsIn(facts.cmdline).filter((word) => SPOKEN.test(keyOf(word)));
  const groups = new Set(devices.flatMap(({ group }) => group ?? []));
  const shown = node.messages.map((line) => `    ${line}\n`).join("");
  return {
    checks: [offered(facts), ...on(facts, words), grouped(facts, groups.size), remapping(facts), ...overridden(words)],
    shown: shown === "" ? "" : `  what its kernel said\n${shown}`,
    data: { ...iommu, words, groups: groups.size, messages: node.messages },
  };
}

const isIntel = ({ cpu }: HostFacts): boolean => cpu === "GenuineIntel";

function offered(facts: HostFacts): Check {
  const table = isIntel(facts) ? "DMAR" : "IVRS";
  if (facts.iommu.offered) return good(`its firmware describes one (the ACPI table ${table})`);
  // A kernel that uses one has found it somehow.
  if (facts.iommu.on) return good("its kernel uses one, though the firmware has no table of it");
  return bad(
    `its firmware describes none (there is no ACPI table ${table})`,
    isIntel(facts) ? "switch on VT-d in the firmware's setup" : "switch on IOMMU (AMD-Vi, SVM) in the firmware's setup",
  );
}

function on(facts: HostFacts, words: readonly string[]): Check[] {
  const off = words.filter((word) => /^(?:intel_iommu|amd_iommu|iommu)=(?:.*,)?off\b/.test(word));
  const told = words.length > 0 ? `the kernel was told ${words.join(" ")}` : "the kernel was told nothing of it";
  if (off.length > 0)
    return [
      bad(`${told}: ${off.join(" ")} switches it off`, "take that word out; pve-ops diag boot shows which file has it"),
    ];
  if (facts.iommu.on) return [good(`it is on; ${told}`)];
  if (!facts.iommu.offered) return [bad(`it is off; ${told}`)];
  return [
    bad(
      `it is off; ${told}`,
      isIntel(facts) ? "have the kernel told intel_iommu=on, and reboot" : "look in the kernel's words for why",
    ),
  ];
}

function grouped({ devices, iommu }: HostFacts, groups: number): Check {
  const outside = devices.filter(({ group }) => group === undefined);
  if (!iommu.on) return bad("there are no IOMMU groups while it is off");
  if (groups === 0) return bad("there are no IOMMU groups", "look in the kernel's words for why");
  const left =
    outside.length > 0
      ? `; ${counted(outside.length, "device")} in none: ${outside.map(({ address }) => address).join(", ")}`
      : "";
  return good(`${counted(devices.length - outside.length, "device")} in ${counted(groups, "group")}${left}`);
}

function remapping({ iommu }: HostFacts): Check {
  if (!iommu.on) return bad("interrupts are not remapped while it is off");
  if (iommu.remaps === true) return good("it remaps interrupts");
  if (iommu.remaps === false)
    return bad(
      "it does not remap interrupts: vfio refuses devices",
      "switch on x2APIC or interrupt remapping in the firmware's setup; or accept that a guest may send the host any interrupt, with allowUnsafeInterrupts",
    );
  return untold(
    "whether it remaps interrupts cannot be told: the kernel's first words are gone",
    "look on the host: journalctl -k -b | grep -i remapping",
  );
}

/** Groups that look smaller than they are. */
const overridden = (words: readonly string[]): Check[] =>
  words.some((word) => keyOf(word) === "pcie_acs_override")
    ? [
        bad(
          "pcie_acs_override makes groups that the hardware does not keep apart",
          "take it out where guests are not trusted: a device could reach its neighbours' memory",
        ),
      ]
    : [];
