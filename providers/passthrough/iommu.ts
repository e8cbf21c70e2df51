import type { HostFacts } from "../host/host-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";

/** What the kernel is to be told of its IOMMU: AMD's is on by itself. */
export const iommuParameters = ({ cpu }: HostFacts): readonly string[] =>
  cpu === "GenuineIntel" ? ["intel_iommu=on", "iommu=pt"] : ["iommu=pt"];

/** Why the IOMMU that there is, or is not, does not allow to hand on devices. */
export function iommuRefusals({ persist, allowUnsafeInterrupts }: Args, { cpu, iommu }: HostFacts): string[] {
  if (!iommu.on && !iommu.offered)
    return [`its firmware offers no IOMMU: switch on ${FIRMWARE[cpu] ?? "VT-d (Intel) or IOMMU (AMD)"} in its setup`];
  if (!iommu.on && !persist)
    return [
      "its IOMMU is off, and nothing can be bound before a reboot with it: leave out persist: false, " +
        `${iommuWords(cpu)}`,
    ];
  if (!persist && allowUnsafeInterrupts)
    return [
      "allowUnsafeInterrupts is an option of a module that stands in a file, and persist: false writes none: leave out one " +
        "of the two",
    ];
  if (iommu.remaps === false && !allowUnsafeInterrupts)
    return [
      "it cannot remap interrupts, so that a guest with a device could send the host any: see whether its setup has " +
        "x2APIC or interrupt remapping, or set allowUnsafeInterrupts where every guest is trusted",
    ];
  return [];
}

/** What the firmware's setup calls it. */
const FIRMWARE: Readonly<Record<string, string>> = {
  GenuineIntel: "VT-d (Intel Virtualization Technology for Directed I/O)",
  AuthenticAMD: "IOMMU (AMD-Vi; often under AMD CBS, NBIO)",
};

const iommuWords = (cpu: string): string =>
  cpu === "AuthenticAMD"
    ? "or see what switches it off, since AMD's is on by itself"
    : "or put intel_iommu=on on its command line";
