import type { Node } from "../../cli/hosts/node.ts";
import type { HostFacts, PciDevice } from "../../providers/host/host-facts.ts";
import { devices, host } from "../passthrough/host.ts";

const inGroup = (device: PciDevice, group: number): PciDevice => ({ ...device, group });
const GROUPS = [0, 1, 2, 3, 3, 1, 1, 4, 5];

/** A board with a card behind one root port, a disk behind another, and a console of its own. */
export const GROUPED = devices(`
0000:00:00.0 8086:a700 060000 - Intel Corporation Host bridge
0000:00:01.0 8086:a70d 060400 pcieport Intel Corporation PCI Express Root Port 1
0000:00:02.0 8086:a780 030000 i915 Intel Corporation Raptor Lake-S GT1 [UHD Graphics 770]
0000:00:1f.0 8086:7a04 060100 - Intel Corporation LPC Controller
0000:00:1f.4 8086:7a23 0c0500 i801_smbus Intel Corporation SMBus Controller
0000:01:00.0 10de:1e87 030000 nouveau NVIDIA Corporation TU104 [GeForce RTX 2080]
0000:01:00.1 10de:10f8 040300 snd_hda_intel NVIDIA Corporation TU104 HD Audio Controller
0000:02:00.0 144d:a80a 010802 nvme Samsung Electronics Co Ltd NVMe SSD Controller
0000:00:1c.0 8086:7ab8 060400 pcieport Intel Corporation PCI Express Root Port 2`)
  .map((device, n) => inGroup(device, GROUPS[n] ?? 9))
  .map((device) => (device.address === "0000:00:02.0" ? { ...device, bootVga: true } : device));

const ABOVE: Readonly<Record<string, readonly string[]>> = {
  "0000:01:00.0": ["0000:00:01.0"],
  "0000:01:00.1": ["0000:00:01.0"],
  "0000:02:00.0": ["0000:00:1c.0"],
};

/** The facts of a machine that hands on by GRUB's words. */
export const facts = (given: Parameters<typeof host>[0], more: Partial<HostFacts> = {}): HostFacts => ({
  ...host({ programs: ["update-grub", "update-initramfs"], cpu: "GenuineIntel", ...given }),
  uses: { "0000:02:00.0": ["nvme0n1"] },
  ...more,
});

/** A node on which nothing waits. */
export const node = (more: Partial<Node> = {}): Node => ({
  name: "pve1",
  version: "9.2.11",
  clustered: false,
  maintenance: false,
  kernels: ["6.14.8-2-pve"],
  grubEntry: undefined,
  rebootRequired: false,
  messages: [],
  above: ABOVE,
  ...more,
});
