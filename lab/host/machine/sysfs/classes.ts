import { type Device, interfaceOf, isDisplay } from "../device.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { driverOf } from "../modules.ts";
import { disksOf } from "../storage.ts";
import type { SysFolder } from "./folder.ts";
import { folderOf } from "./pci.ts";

/** Shows what a device is by its driver: a disk, a network interface, a screen. */
export function showUse(sys: SysFolder, kernel: Kernel, device: Device): void {
  const driver = kernel.bus.driverOf(device.address);
  const own = driver !== undefined && (device.modules ?? []).some((name) => driverOf(name) === driver);
  if (!own) return;
  const folder = folderOf(kernel.machine, device);
  const port = interfaceOf(device);
  if (port !== undefined) showPort(sys, folder, port, device);
  if (isDisplay(device)) showScreen(sys, kernel, folder, device);
}

/** Takes out of sight what a device no longer is. */
export function hideUse(sys: SysFolder, kernel: Kernel, device: Device): void {
  const folder = folderOf(kernel.machine, device);
  const port = interfaceOf(device);
  if (port !== undefined) sys.remove(`/sys/class/net/${port}`);
  if (isDisplay(device)) sys.remove(`/sys/class/drm/card${cardOf(kernel, device)}`);
  for (const use of ["net", "drm", "graphics"]) sys.remove(`${folder}/${use}`);
  showConsole(sys, kernel);
}

function showPort(sys: SysFolder, folder: string, port: string, { address }: Device): void {
  sys.texts(`${folder}/net/${port}`, {
    address: macOf(address),
    operstate: "up",
    mtu: "1500",
    carrier: "1",
    type: "1",
  });
  sys.link(`${folder}/net/${port}/device`, folder);
  sys.link(`/sys/class/net/${port}`, `${folder}/net/${port}`);
}

/** A network card's own address, by where it is. */
export const macOf = (address: string): string =>
  `bc:24:11:${address.slice(5, 7)}:${address.slice(8, 10)}:0${address.slice(-1)}`;

/** Cards are numbered by their place. */
const cardOf = ({ machine }: Kernel, device: Device): number =>
  machine.devices.filter(isDisplay).findIndex(({ address }) => address === device.address);

function showScreen(sys: SysFolder, kernel: Kernel, folder: string, device: Device): void {
  const card = `card${cardOf(kernel, device)}`;
  sys.texts(`${folder}/drm/${card}`, { dev: `226:${cardOf(kernel, device)}` });
  sys.link(`${folder}/drm/${card}/device`, folder);
  sys.link(`/sys/class/drm/${card}`, `${folder}/drm/${card}`);
  showConsole(sys, kernel);
}

/** Shows what the text console is drawn on. */
export function showConsole(sys: SysFolder, kernel: Kernel): void {
  const { console, machine } = kernel;
  sys.remove("/sys/class/graphics");
  sys.remove("/sys/devices/platform/efi-framebuffer.0");
  sys.folder("/sys/class/graphics");
  const isFrame = console !== undefined && console.by !== "vgacon";
  const device = machine.devices.find(({ address }) => address === console?.address);
  if (console && isFrame && device) {
    const holder = console.by === "efifb" ? "/sys/devices/platform/efi-framebuffer.0" : folderOf(machine, device);
    sys.texts(`${holder}/graphics/fb0`, { name: console.by === "efifb" ? "EFI VGA" : `${console.by}drmfb` });
    sys.link(`${holder}/graphics/fb0/device`, holder);
    sys.link("/sys/class/graphics/fb0", `${holder}/graphics/fb0`);
  }
  sys.texts("/sys/class/vtconsole/vtcon0", {
    name: console?.by === "vgacon" ? "(S) VGA+" : "(S) dummy device",
    bind: String(Number(!isFrame)),
  });
  if (isFrame) sys.texts("/sys/class/vtconsole/vtcon1", { name: "(M) frame buffer device", bind: "1" });
  else sys.remove("/sys/class/vtconsole/vtcon1");
}

/** Shows the disks, what is on them, and what lies over that. */
export function showDisks(sys: SysFolder, kernel: Kernel): void {
  const layers = disksOf(kernel.machine);
  const homes = new Map<string, string>();
  for (const { name, device, bytes, partitions } of layers.disks) {
    if (kernel.bus.driverOf(device.address) === undefined) continue;
    const home = `${folderOf(kernel.machine, device)}/${wayTo(name)}/${name}`;
    sys.texts(home, { size: String(bytes / 512), removable: "0", "queue/rotational": "0" });
    homes.set(name, home);
    for (const [n, part] of partitions.entries()) {
      sys.texts(`${home}/${part.name}`, { partition: String(n + 1), size: String(part.bytes / 512) });
      homes.set(part.name, `${home}/${part.name}`);
    }
  }
  for (const [n, { name, on, bytes }] of layers.mapped.entries()) {
    const home = `/sys/devices/virtual/block/dm-${n}`;
    sys.texts(home, { size: String(bytes / 512), "dm/name": name, dev: `252:${n}` });
    const below = homes.get(on);
    if (below !== undefined) {
      sys.link(`${home}/slaves/${on}`, below);
      sys.link(`${below}/holders/dm-${n}`, home);
    }
    homes.set(`dm-${n}`, home);
  }
  sys.folder("/sys/block");
  for (const [name, home] of homes) {
    sys.link(`/sys/class/block/${name}`, home);
    if (!layers.disks.some(({ partitions }) => partitions.some((part) => part.name === name)))
      sys.link(`/sys/block/${name}`, home);
  }
}

function wayTo(disk: string): string {
  if (disk.startsWith("nvme")) return `nvme/${disk.replace(/n1$/, "")}`;
  return disk.startsWith("vd") ? "virtio1/block" : "host0/target0:0:0/0:0:0:0/block";
}
