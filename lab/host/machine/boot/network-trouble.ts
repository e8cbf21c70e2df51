import { interfaceOf } from "../device.ts";
import type { Files } from "../files.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { lastOf } from "../kernel/parameters.ts";
import { driverOf, moduleName } from "../modules.ts";
import { targetOf } from "./target.ts";

/** Why a host that has come up cannot be reached. */
export function networkTrouble({ parameters, machine, bus }: Kernel, files: Files): string | undefined {
  if (targetOf(parameters) !== "multi-user.target")
    return "it came up for one user at its console: no network is there";
  const card = machine.devices.find(({ serves }) => serves === "network");
  if (!card) return undefined;
  const driver = bus.driverOf(card.address);
  const drivers = (card.modules ?? []).map((name) => driverOf(moduleName(name)));
  if (driver === undefined || !drivers.includes(driver))
    return `its network card ${card.address} is driven by ${driver ?? "nothing"}, not by ${drivers.join(" or ")}`;
  const name = lastOf(parameters, "net.ifnames") === "0" ? "eth0" : (interfaceOf(card) ?? "");
  const config = files.read("/etc/network/interfaces");
  return config === undefined ||
    new RegExp(`bridge-ports\\b.*\\b${name}\\b|iface\\s+${name}\\s+inet6?\\s+(?:static|dhcp)`).test(config)
    ? undefined
    : `its network card is called ${name}, which /etc/network/interfaces does not use`;
}
