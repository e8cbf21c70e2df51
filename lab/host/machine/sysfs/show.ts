import { isNetwork } from "../device.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Change } from "../kernel/pci-bus.ts";
import { driverOf, modules } from "../modules.ts";
import { showDisks } from "./disks.ts";
import { showFirmware } from "./firmware.ts";
import type { SysFolder } from "./folder.ts";
import { showIommu } from "./iommu.ts";
import { showLinks } from "./links.ts";
import { hideDevice, showBus, showDevice, showDriverOf } from "./pci.ts";
import { showScreens } from "./screens.ts";

/** Lays `/sys` of a kernel that has come up. */
export function showAll(sys: SysFolder, kernel: Kernel): void {
  sys.empty();
  sys.folder("/sys/.controls");
  showBus(sys, kernel);
  showLinks(sys, kernel);
  showScreens(sys, kernel);
  showDisks(sys, kernel);
  showFirmware(sys, kernel);
  showIommu(sys, kernel);
  showModules(sys, kernel);
}

/** Shows what has changed on the bus. */
export function showChange(sys: SysFolder, kernel: Kernel, change: Change): void {
  const { what, device } = change;
  if (what === "removed") hideDevice(sys, kernel, device);
  else if (what === "found") showDevice(sys, kernel, device);
  else showDriverOf(sys, kernel, device, kernel.bus.driverOf(device.address));
  if (isNetwork(device)) showLinks(sys, kernel);
  showScreens(sys, kernel);
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
