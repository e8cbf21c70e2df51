import type { Kernel } from "./kernel.ts";

/** What a kernel says of itself when it starts. */
export const bootMessages = ({ version, cmdline, machine }: Kernel): readonly string[] => [
  `Linux version ${version} (build@proxmox) #1 SMP PREEMPT_DYNAMIC PMX ${version.replace(/-pve$/, "")}`,
  `Command line: ${cmdline}`,
  ...(machine.firmware === "uefi" ? ["efi: EFI v2.8 by American Megatrends"] : []),
  machine.secureBoot ? "secureboot: Secure boot enabled" : "secureboot: Secure boot disabled",
  `Kernel command line: ${cmdline}`,
];

/** What it says of the IOMMU, in the words that people search for. */
export function iommuMessages(kernel: Kernel): readonly string[] {
  const { machine, iommu, groups, parameters } = kernel;
  const acs = iommu.override.downstream || iommu.override.multifunction;
  const warning = acs
    ? ["Warning: PCIe ACS overrides enabled; This may allow non-IOMMU protected peer-to-peer DMA"]
    : [];
  if (!machine.iommu) return [...warning, "iommu: Default domain type: Translated"];
  const said =
    machine.cpu === "AMD"
      ? amd(kernel)
      : intel(
          kernel,
          parameters.some(({ name, value }) => name === "intel_iommu" && value?.split(",").includes("on")),
        );
  const type = iommu.passthrough ? "Passthrough (set via kernel command line)" : "Translated";
  const added = [...groups].map(([address, group]) => `pci ${address}: Adding to iommu group ${group}`);
  return [...warning, ...said, `iommu: Default domain type: ${type}`, ...added];
}

function intel({ iommu }: Kernel, asked: boolean): readonly string[] {
  return [
    "ACPI: DMAR 0x0000000078D4F000 000088 (v02 INTEL  EDK2     00000002      01000013)",
    ...(iommu.on && asked ? ["DMAR: IOMMU enabled"] : []),
    "DMAR: Host address width 39",
    ...(iommu.remapsInterrupts
      ? ["DMAR-IR: IOAPIC id 2 under DRHD base  0xfed91000 IOMMU 1", "DMAR-IR: Enabled IRQ remapping in x2apic mode"]
      : []),
    ...(iommu.on ? ["DMAR: Intel(R) Virtualization Technology for Directed I/O"] : []),
  ];
}

function amd({ iommu }: Kernel): readonly string[] {
  if (!iommu.on) return [];
  return [
    "AMD-Vi: Using global IVHD EFR:0x0, EFR2:0x0",
    "pci 0000:00:00.2: AMD-Vi: IOMMU performance counters supported",
    "AMD-Vi: Extended features (0x58f77ef22294a5a, 0x0): PPR NX GT IA PC GA_vAPIC",
    ...(iommu.remapsInterrupts ? ["AMD-Vi: Interrupt remapping enabled"] : []),
    "perf/amd_iommu: Detected AMD IOMMU #0 (2 banks, 4 counters/bank).",
  ];
}
