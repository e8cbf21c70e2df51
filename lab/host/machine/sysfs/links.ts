import { isNetwork } from "../device.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Link, linksOf } from "../links.ts";
import type { Machine } from "../machine.ts";
import type { SysFolder } from "./folder.ts";
import { folderOf } from "./pci.ts";

const NET = "/sys/class/net";
const VIRTUAL = "/sys/devices/virtual/net";
const TYPES = { loopback: "772", port: "1", bridge: "1" } as const;
const MTU = { loopback: "65536", port: "1500", bridge: "1500" } as const;

/** Shows the network interfaces that there are now, and no others. */
export function showLinks(sys: SysFolder, kernel: Kernel): void {
  const { machine } = kernel;
  for (const device of machine.devices.filter(isNetwork)) sys.remove(`${folderOf(machine, device)}/net`);
  for (const folder of [NET, VIRTUAL]) sys.remove(folder);
  const links = linksOf(kernel);
  for (const [n, link] of links.entries()) {
    const home = homeOf(machine, link);
    sys.texts(home, {
      address: link.mac,
      carrier: String(Number(link.isUp)),
      ifindex: String(n + 1),
      mtu: MTU[link.kind],
      operstate: link.kind === "loopback" ? "unknown" : link.isUp ? "up" : "down",
      type: TYPES[link.kind],
    });
    sys.link(`${NET}/${link.name}`, home);
    if (link.device) sys.link(`${home}/device`, folderOf(machine, link.device));
    const bridge = links.find(({ name }) => name === link.master);
    if (link.kind === "bridge") for (const file of ["bridge", "brif"]) sys.folder(`${home}/${file}`);
    if (bridge) showMember(sys, { name: link.name, home }, { name: bridge.name, home: homeOf(machine, bridge) });
  }
}

interface Place {
  readonly name: string;
  readonly home: string;
}

function showMember(sys: SysFolder, port: Place, bridge: Place): void {
  sys.texts(`${port.home}/brport`, { port_no: "0x1", state: "3" });
  sys.link(`${port.home}/brport/bridge`, bridge.home);
  sys.link(`${port.home}/master`, bridge.home);
  sys.link(`${port.home}/upper_${bridge.name}`, bridge.home);
  sys.link(`${bridge.home}/lower_${port.name}`, port.home);
  sys.link(`${bridge.home}/brif/${port.name}`, `${port.home}/brport`);
}

const homeOf = (machine: Machine, { device, name }: Link): string =>
  device ? `${folderOf(machine, device)}/net/${name}` : `${VIRTUAL}/${name}`;
