import { type Finding, warning } from "../core/finding.ts";
import type { PciDevice } from "../host/host-facts.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";

type Seen = Pick<Facts, "chosen" | "host">;

/** The displays that a console can be on: a 3D controller has no outputs. */
export const consolesOf = ({ devices }: { readonly devices: readonly PciDevice[] }): PciDevice[] =>
  devices.filter(({ class: kind }) => kind.startsWith("03") && !kind.startsWith("0302"));

/** Whether no display is left to the host, and it had one. */
export function isHeadless({ chosen, host }: Seen): boolean {
  const consoles = consolesOf(host);
  return consoles.length > 0 && consoles.every((device) => chosen.devices.includes(device));
}

/** Why the chosen displays cannot all be handed on. */
export function headlessRefusals({ host: where, allowHeadless }: Args, facts: Seen): string[] {
  if (allowHeadless || !isHeadless(facts)) return [];
  const taken = consolesOf(facts.chosen).map(({ address, name }) => (name ? `${address} ${name}` : address));
  return [
    `all that it has for a console is chosen, ${taken.join(" and ")}: set allowHeadless if network, serial console or IPMI will do ` +
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
