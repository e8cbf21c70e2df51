import { type Device, isVga, slotOf } from "../device.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Machine } from "../machine.ts";
import { moduleOf } from "../modules.ts";
import { configSpace } from "./config-space.ts";
import type { SysFolder } from "./folder.ts";

const DEVICES = "/sys/bus/pci/devices";
const DRIVERS = "/sys/bus/pci/drivers";
const GROUPS = "/sys/kernel/iommu_groups";

/** Where a device's own folder is: below those of the bridges that it is behind. */
export function folderOf(machine: Machine, { address, parent }: Device): string {
  const above = machine.devices.find((device) => device.address === parent);
  return `${above ? folderOf(machine, above) : "/sys/devices/pci0000:00"}/${address}`;
}

/** Shows a device: what it is, its group, and the driver that has it. */
export function showDevice(sys: SysFolder, kernel: Kernel, device: Device): void {
  const { machine, groups, bus } = kernel;
  const folder = folderOf(machine, device);
  const { address, id, subsystem = "0000:0000", class: digits, revision = 0 } = device;
  const [vendor = "", part = ""] = id.split(":");
  const [subvendor = "", subpart = ""] = subsystem.split(":");
  const several = machine.devices.filter((other) => slotOf(other.address) === slotOf(address)).length > 1;
  sys.texts(folder, {
    vendor: `0x${vendor}`,
    device: `0x${part}`,
    subsystem_vendor: `0x${subvendor}`,
    subsystem_device: `0x${subpart}`,
    class: `0x${digits}`,
    revision: `0x${revision.toString(16).padStart(2, "0")}`,
    modalias: modalias(device),
    boot_vga: isVga(device) ? String(Number(address === machine.bootVga)) : undefined,
    irq: "0",
    numa_node: "-1",
    resource: `${"0x0000000000000000 0x0000000000000000 0x0000000000000000\n".repeat(13)}`,
    config: configSpace(device, several),
  });
  sys.link(`${folder}/subsystem`, "/sys/bus/pci");
  sys.link(`${DEVICES}/${address}`, folder);
  for (const name of ["driver_override", "remove", "rescan", "reset"])
    sys.control(`${folder}/${name}`, `${DEVICES}/${address}/${name}`);
  const group = groups.get(address);
  if (group !== undefined) {
    sys.link(`${folder}/iommu_group`, `${GROUPS}/${group}`);
    sys.link(`${GROUPS}/${group}/devices/${address}`, folder);
    sys.texts(`${GROUPS}/${group}`, {
      type: kernel.iommu.passthrough ? "identity" : "DMA-FQ",
      reserved_regions: "0x00000000fee00000 0x00000000feefffff msi",
    });
  }
  showDriverOf(sys, kernel, device, bus.driverOf(address));
}

/** Takes a device out of sight, as if it had been pulled. */
export function hideDevice(sys: SysFolder, kernel: Kernel, device: Device): void {
  sys.remove(folderOf(kernel.machine, device));
  sys.remove(`${DEVICES}/${device.address}`);
  const group = kernel.groups.get(device.address);
  if (group === undefined) return;
  sys.remove(`${GROUPS}/${group}/devices/${device.address}`);
  const left = kernel.bus.devices.some(({ address }) => kernel.groups.get(address) === group);
  if (!left) sys.remove(`${GROUPS}/${group}`);
}

/** Shows which driver has a device, or that none has. */
export function showDriverOf(sys: SysFolder, kernel: Kernel, device: Device, driver: string | undefined): void {
  const folder = folderOf(kernel.machine, device);
  sys.remove(`${folder}/driver`);
  for (const other of kernel.bus.drivers) if (other !== driver) sys.remove(`${DRIVERS}/${other}/${device.address}`);
  if (driver !== undefined) {
    sys.link(`${folder}/driver`, `${DRIVERS}/${driver}`);
    sys.link(`${DRIVERS}/${driver}/${device.address}`, folder);
  }
  const [vendor = "", part = ""] = device.id.toUpperCase().split(":");
  const [subvendor = "0000", subpart = "0000"] = (device.subsystem ?? "").toUpperCase().split(":");
  sys.texts(folder, {
    uevent: [
      ...(driver === undefined ? [] : [`DRIVER=${driver}`]),
      `PCI_CLASS=${device.class.replace(/^0+/, "").toUpperCase()}`,
      `PCI_ID=${vendor}:${part}`,
      `PCI_SUBSYS_ID=${subvendor || "0000"}:${subpart}`,
      `PCI_SLOT_NAME=${device.address}`,
      `MODALIAS=${modalias(device)}`,
    ].join("\n"),
  });
}

/** Shows the drivers that there are, and no others. */
export function showDrivers(sys: SysFolder, { bus }: Kernel, before: readonly string[] = []): void {
  for (const gone of before) if (!bus.drivers.includes(gone)) sys.remove(`${DRIVERS}/${gone}`);
  for (const driver of bus.drivers) {
    if (before.includes(driver)) continue;
    for (const name of ["bind", "unbind", "new_id", "remove_id", "uevent"]) sys.control(`${DRIVERS}/${driver}/${name}`);
    const module = moduleOf(driver);
    if (module !== undefined) sys.link(`${DRIVERS}/${driver}/module`, `/sys/module/${module}`);
  }
}

export function showBus(sys: SysFolder, kernel: Kernel): void {
  for (const name of ["drivers_probe", "rescan"]) sys.control(`/sys/bus/pci/${name}`);
  sys.texts("/sys/bus/pci", { drivers_autoprobe: "1" });
  showDrivers(sys, kernel);
  for (const device of kernel.bus.devices) showDevice(sys, kernel, device);
}

function modalias({ id, subsystem = "0000:0000", class: digits }: Device): string {
  const [vendor, part, subvendor, subpart] = [...id.split(":"), ...subsystem.split(":")].map((half) =>
    half.toUpperCase().padStart(8, "0"),
  );
  const [base, sub, interfaced] = (digits.toUpperCase().match(/../g) ?? []).map(String);
  return `pci:v${vendor}d${part}sv${subvendor}sd${subpart}bc${base}sc${sub}i${interfaced}`;
}
