import { type Finding, warning } from "../core/finding.ts";
import type { PciDevice } from "../host/host-facts.ts";
import { handsOn } from "./handed-on.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";

type Seen = Pick<Facts, "chosen" | "host">;
type SeenWhole = Pick<Facts, "chosen" | "host" | "loader">;

/** The displays that a console can be on: a 3D controller has no outputs. */
export const consolesOf = ({ devices }: { readonly devices: readonly PciDevice[] }): PciDevice[] =>
  devices.filter(({ class: kind }) => kind.startsWith("03") && !kind.startsWith("0302"));

/** Whether no display is left to the host, and it had one. */
export function isHeadless({ chosen, host }: Seen): boolean {
  const consoles = consolesOf(host);
  return consoles.length > 0 && consoles.every((device) => chosen.devices.includes(device));
}

/** Why the chosen displays cannot all be handed on. */
export function headlessRefusals(name: string, { host: where, allowHeadless }: Args, facts: SeenWhole): string[] {
  const { chosen, host, loader } = facts;
  const hands = handsOn(host, loader, name);
  const others = consolesOf(host).filter(
    (one) => !chosen.devices.includes(one) && hands.some((hand) => hand.takes(one)),
  );
  const devices = [...chosen.devices, ...others];
  if (allowHeadless || consolesOf(chosen).length === 0 || !isHeadless({ host, chosen: { devices, failures: [] } }))
    return [];
  const taken = consolesOf(chosen).map(({ address, name: card }) => (card ? `${address} ${card}` : address));
  const besides =
    others.length > 0 ? `, and ${others.map(({ address }) => address).join(", ")} is handed on already` : "";
  return [
    `all that it has for a console is chosen, ${taken.join(" and ")}${besides}: set allowHeadless if network, serial console or IPMI will do ` +
      `(\`pve-ops rescue ${where}\` over SSH, or mode: rescue, gives the console back)`,
  ];
}

/** The console that goes dark. */
export function darkFindings({ host: where }: Args, facts: Seen): Finding[] {
  const isLast = isHeadless(facts);
  return facts.chosen.devices
    .filter((device) => device.bootVga || (isLast && consolesOf(facts.chosen).includes(device)))
    .map(({ address, name }) =>
      warning(
        "console",
        where,
        `${where}: ${address}${name ? ` ${name}` : ""} is what its console is on, which stays dark from then on. ` +
          `Have another way in (SSH, a serial console, IPMI); mode: rescue gives the console back.`,
      ),
    );
}
