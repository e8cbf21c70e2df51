import type { HostFacts } from "../host/host-facts.ts";
import { slotOf } from "./chosen-devices.ts";
import { consolesOf } from "./headless.ts";
import { mappedTo } from "./pci-mappings.ts";

/** A guest that starts with its host and takes a display from it: Proxmox VE needs nobody to hand that on. */
interface Taker {
  readonly vmid: string;
  readonly what: string;
}

/** All of them. A mapping of which nobody tells what it stands for may be a display. */
export function takersOn(host: HostFacts): Taker[] {
  const lines = (host.said["starting"] ?? "").split("\n").filter(Boolean);
  return lines.flatMap((line): Taker[] => {
    const [vmid = "", options = ""] = line.split(" ");
    // Of a card that is divided the host keeps the card.
    if (/(?:^|,)mdev=/.test(options)) return [];
    const mapping = /(?:^|,)mapping=([^,]+)/.exec(options)?.[1];
    const named = mapping ? mappedTo(host, mapping) : (/^(?:host=)?([^,]+)/.exec(options)?.[1] ?? "").split(";");
    if (named === undefined) return [{ vmid, what: `what the mapping ${mapping} stands for` }];
    const addresses = named.map(inFull);
    return consolesOf(host)
      .filter(({ address }) => addresses.some((one) => one === address || one === slotOf(address)))
      .map(({ address }) => ({ vmid, what: address }));
  });
}

/** What to say of one. */
export const takerWords = ({ vmid, what }: Taker): string =>
  `VM ${vmid} starts with the host, and takes ${what} from it`;

const inFull = (address: string): string => (/^[0-9a-f]{4}:[0-9a-f]{2}:/i.test(address) ? address : `0000:${address}`);
