import type { Kernel } from "../kernel/kernel.ts";
import type { SysFolder } from "./folder.ts";
import { folderOf } from "./pci.ts";

/** Shows the IOMMU of a kernel that has it on. */
export function showIommu(sys: SysFolder, { machine, iommu, bus }: Kernel): void {
  sys.folder("/sys/kernel/iommu_groups");
  sys.folder("/sys/class/iommu");
  if (!iommu.on) return;
  const isAmd = machine.cpu === "AMD";
  const unit = isAmd ? "ivhd0" : "dmar0";
  // AMD's is a PCI device, Intel's is none.
  const part = machine.devices.find(({ class: digits }) => digits.startsWith("0806"));
  const home = isAmd && part ? `${folderOf(machine, part)}/iommu/${unit}` : `/sys/devices/virtual/iommu/${unit}`;
  sys.texts(
    home,
    isAmd
      ? { "amd-iommu/cap": "190b640f", "amd-iommu/features": "58f77ef22294a5a:0" }
      : { "intel-iommu/address": "fed91000", "intel-iommu/version": "1:0" },
  );
  sys.folder(`${home}/devices`);
  for (const device of bus.devices) sys.link(`${home}/devices/${device.address}`, folderOf(machine, device));
  sys.link(`/sys/class/iommu/${unit}`, home);
}
