import { type Device, interfaceOf } from "./device.ts";
import type { Kernel } from "./kernel/kernel.ts";
import { lastOf } from "./kernel/parameters.ts";
import { driverOf } from "./modules.ts";

/** A network interface of a host that is up. */
export interface Link {
  readonly name: string;
  /** The address of its card, or of what it bridges. */
  readonly mac: string;
  readonly kind: "loopback" | "port" | "bridge";
  /** The card, of a port. */
  readonly device?: Device;
  /** The bridge that a port is in. */
  readonly master?: string;
  readonly isUp: boolean;
}

/** The bridge that the installer makes over the port that the host goes by. */
const BRIDGE = "vmbr0";
const NOBODY = "00:00:00:00:00:00";

/** The interfaces of a host, the loopback first: only the port that it goes by has a cable. */
export function linksOf({ bus, parameters }: Kernel): readonly Link[] {
  const isRenamed = lastOf(parameters, "net.ifnames") !== "0";
  const cards = bus.devices.filter(
    (device) =>
      interfaceOf(device) !== undefined &&
      (device.modules ?? []).some((name) => driverOf(name) === bus.driverOf(device.address)),
  );
  const ports = cards.map((device, n): Link => {
    const serves = device.serves === "network";
    const name = isRenamed ? (interfaceOf(device) ?? "") : `eth${n}`;
    const port: Link = { name, mac: macOf(device.address), kind: "port", device, isUp: serves };
    return serves && isRenamed ? { ...port, master: BRIDGE } : port;
  });
  const bridged = ports.find(({ master }) => master !== undefined);
  return [
    { name: "lo", mac: NOBODY, kind: "loopback", isUp: true },
    ...ports,
    { name: BRIDGE, mac: bridged?.mac ?? NOBODY, kind: "bridge", isUp: bridged !== undefined },
  ];
}

/** A network card's own address, by where it is. */
const macOf = (address: string): string =>
  `bc:24:11:${address.slice(5, 7)}:${address.slice(8, 10)}:0${address.slice(-1)}`;
