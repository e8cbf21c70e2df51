import { isCidr } from "./network.ts";
import { only, refuse, type Validator, type Validators, valid } from "./validator.ts";

const name =
  (what: string, pattern: RegExp, most = Number.POSITIVE_INFINITY): Validator =>
  (text) => {
    if (!pattern.test(text)) refuse(`${what} ID '${text}' contains illegal characters`);
    if (text.length > most) refuse(`${what} ID '${text}' can't be more length than ${most} characters`);
  };
const PLAIN = /^[a-z][a-z0-9]*[a-z0-9]$/i;
const MOST_OF_32_BITS = 2 ** 32 - 1;

export const sdnFormats: Validators = {
  "pve-sdn-zone-id": name("zone", PLAIN, 8),
  "pve-sdn-vnet-id": name("vnet", PLAIN, 8),
  "pve-sdn-controller-id": name("controller", /^[a-z][a-z0-9_-]*[a-z0-9]$/i, 64),
  "pve-sdn-dns-id": name("dns", PLAIN),
  "pve-sdn-ipam-id": name("ipam", PLAIN),
  "pve-sdn-fabric-id": only(
    /^[a-zA-Z0-9][a-zA-Z0-9-]{0,6}[a-zA-Z0-9]?$/,
    (text) => `Fabric ID '${text}' contains illegal characters`,
  ),
  // As a network, or as PVE names it: zone-address-length.
  "pve-sdn-subnet-id": valid("CIDR network", (text) => {
    const [, address = "", length = ""] = text.split("-");
    return isCidr(text.includes("/") ? text : `${address}/${length}`);
  }),
  "pve-sdn-isis-net": valid("isis net", /^[a-fA-F0-9]{2}(\.[a-fA-F0-9]{4}){3,9}\.[a-fA-F0-9]{2}$/),
  "pve-sdn-bgp-rt": valid(
    "bgp route-target",
    (text) => /^\d+:\d+$/.test(text) && text.split(":").every((part) => Number(part) <= MOST_OF_32_BITS),
  ),
};
