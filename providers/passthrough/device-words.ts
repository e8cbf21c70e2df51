import type { PciDevice } from "../host/host-facts.ts";

/** What a host may need to come up, to be reached and to be used. */
const KINDS: Readonly<Record<string, string>> = {
  "01": "a disk's controller",
  "02": "a network card",
  "03": "a display",
  "04": "sound",
  "06": "a bridge",
  "0c": "a bus controller",
};

/** A device as a person looks for it: where it is, its ids, its name and what it is. */
export function deviceWords({ address, id, class: kind, name }: PciDevice): string {
  const what = KINDS[kind.slice(0, 2)];
  return `${address} [${id}]${name ? ` ${name}` : ""}${what ? ` (${what})` : ""}`;
}

/** Who has it: `with nouveau`. */
export const driverWords = ({ driver }: PciDevice): string => (driver ? `with ${driver}` : "with no driver");
