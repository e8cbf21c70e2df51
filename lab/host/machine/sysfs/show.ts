import type { Kernel } from "../kernel/kernel.ts";
import type { Change } from "../kernel/pci-bus.ts";
import { driverOf, modules } from "../modules.ts";
import { hideUse, showConsole, showDisks, showUse } from "./classes.ts";
import type { SysFolder } from "./folder.ts";
import { hideDevice, showBus, showDevice, showDriverOf } from "./pci.ts";

/** Lays `/sys` of a kernel that has come up. */
export function showAll(sys: SysFolder, kernel: Kernel): void {
  sys.empty();
  sys.folder("/sys/.controls");
  showBus(sys, kernel);
  for (const device of kernel.bus.devices) showUse(sys, kernel, device);
  showDisks(sys, kernel);
  showConsole(sys, kernel);
  showFirmware(sys, kernel);
  showIommu(sys, kernel);
  showModules(sys, kernel);
}

/** Shows what has changed on the bus. */
export function showChange(sys: SysFolder, kernel: Kernel, change: Change): void {
  const { what, device } = change;
  if (what === "removed") {
    hideUse(sys, kernel, device);
    hideDevice(sys, kernel, device);
  } else if (what === "found") showDevice(sys, kernel, device);
  else {
    if (what === "unbound") hideUse(sys, kernel, device);
    showDriverOf(sys, kernel, device, kernel.bus.driverOf(device.address));
    if (what === "bound") showUse(sys, kernel, device);
  }
  showConsole(sys, kernel);
}

/** Shows the modules that are there, and no others. */
export function showModules(sys: SysFolder, kernel: Kernel, before: readonly string[] = []): void {
  for (const gone of before) if (!kernel.modules.has(gone)) sys.remove(`/sys/module/${gone}`);
  for (const [name, options] of kernel.modules) {
    if (before.includes(name)) continue;
    const parameters = Object.fromEntries(
      options.map((option) => option.split("=")).map(([key = "", value = "Y"]) => [`parameters/${key}`, value]),
    );
    sys.texts(`/sys/module/${name}`, { initstate: "live", refcnt: "0", coresize: "65536", ...parameters });
    const driver = driverOf(name);
    if (kernel.bus.drivers.includes(driver))
      sys.link(`/sys/module/${name}/drivers/pci:${driver}`, `/sys/bus/pci/drivers/${driver}`);
  }
  for (const [name, { builtIn }] of Object.entries(modules)) if (builtIn) sys.folder(`/sys/module/${name}`);
}

const SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

function showFirmware(sys: SysFolder, { machine }: Kernel): void {
  sys.folder("/sys/firmware/acpi");
  if (machine.firmware === "bios") return;
  sys.texts("/sys/firmware/efi", { fw_platform_size: "64" });
  const slash = SECURE_BOOT.lastIndexOf("/");
  sys.texts(SECURE_BOOT.slice(0, slash), {
    [SECURE_BOOT.slice(slash + 1)]: Uint8Array.of(6, 0, 0, 0, Number(machine.secureBoot)),
  });
}

function showIommu(sys: SysFolder, { machine, iommu, bus }: Kernel): void {
  sys.folder("/sys/kernel/iommu_groups");
  sys.folder("/sys/class/iommu");
  if (!iommu.on) return;
  const unit = machine.cpu === "AMD" ? "ivhd0" : "dmar0";
  sys.folder(`/sys/devices/virtual/iommu/${unit}/devices`);
  for (const { address } of bus.devices)
    sys.link(`/sys/devices/virtual/iommu/${unit}/devices/${address}`, `/sys/bus/pci/devices/${address}`);
  sys.link(`/sys/class/iommu/${unit}`, `/sys/devices/virtual/iommu/${unit}`);
}
