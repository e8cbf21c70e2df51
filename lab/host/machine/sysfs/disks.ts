import type { Kernel } from "../kernel/kernel.ts";
import { disksOf } from "../storage.ts";
import type { SysFolder } from "./folder.ts";
import { folderOf } from "./pci.ts";

/** Shows the disks, what is on them, and what lies over that. */
export function showDisks(sys: SysFolder, kernel: Kernel): void {
  const layers = disksOf(kernel.machine);
  const homes = new Map<string, string>();
  for (const { name, device, bytes, partitions } of layers.disks) {
    if (kernel.bus.driverOf(device.address) === undefined) continue;
    const home = `${folderOf(kernel.machine, device)}/${wayTo(name)}/${name}`;
    sys.texts(home, { size: String(bytes / 512), removable: "0", "queue/rotational": "0" });
    showController(sys, folderOf(kernel.machine, device), name);
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

/** An NVMe drive is its own controller, of a class of its own. */
function showController(sys: SysFolder, folder: string, disk: string): void {
  const controller = /^nvme\d+/.exec(disk)?.[0];
  if (controller === undefined) return;
  const home = `${folder}/nvme/${controller}`;
  sys.texts(home, { state: "live", transport: "pcie", model: "LAB DISK" });
  sys.link(`${home}/device`, folder);
  sys.link(`${home}/${disk}/device`, home);
  sys.link(`/sys/class/nvme/${controller}`, home);
}
