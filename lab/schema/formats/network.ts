import { isIPv4, isIPv6 } from "node:net";
import { idPair } from "./id-pair.ts";
import { type Holds, only, refuse, type Validators, valid } from "./validator.ts";

const LABEL = "([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)";
const DNS_NAME = new RegExp(`^(${LABEL}\\.)*${LABEL}$`);
const MAIL_USER = /[\w+\-~]+(\.[\w+\-~]+)*/.source;
const EMAIL = new RegExp(`^${MAIL_USER}@[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*$`);
const IFACE = /^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i;
const NETMASKS = new Set(
  Array.from({ length: 33 }, (_, bits) => {
    const mask = 2 ** 32 - 2 ** (32 - bits);
    return [24, 16, 8, 0].map((shift) => Math.floor(mask / 2 ** shift) % 256).join(".");
  }),
);

/** Without the zone that Node takes: PVE knows it in one place only. */
export const isAddress6: Holds = (text) => isIPv6(text) && !text.includes("%");
export const isAddress: Holds = (text) => isIPv4(text) || isAddress6(text);
export const isDnsName: Holds = (text) => DNS_NAME.test(text);

const cidr = (text: string, of: Holds, most: number): boolean => {
  const match = /^(.+)\/(\d+)$/.exec(text);
  return match !== null && of(match[1] ?? "") && Number(match[2]) > 7 && Number(match[2]) <= most;
};
const isCidr4: Holds = (text) => cidr(text, isIPv4, 32);
const isCidr6: Holds = (text) => cidr(text, isAddress6, 128);
export const isCidr: Holds = (text) => isCidr4(text) || isCidr6(text);

const isLinkLocal: Holds = (text) => {
  const [, address = "", iface = ""] = /^(fe80:[^%]+)%(.*)$/.exec(text) ?? [];
  return isAddress6(address) && IFACE.test(iface);
};

function vlans(text: string): void {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === undefined) refuse(`invalid VLAN configuration '${text}'`);
  const ends = last === undefined || last === "0" ? [first] : [first, last]; // to PVE an end of 0 is none
  for (const tag of ends) if (Number(tag) < 2 || Number(tag) > 4094) refuse(`invalid VLAN tag '${tag}'`);
  if (ends.length > 1 && Number(first) >= Number(last)) refuse(`VLAN range must go from lower to higher tag '${text}'`);
}

const isBridge = only(/^[-_.\w\d]+$/, (text) => `invalid bridge ID '${text}'`);

export const networkFormats: Validators = {
  "pve-bridge-id": isBridge,
  "bridge-pair": idPair(isBridge),
  "pve-node": valid("node name", new RegExp(`^${LABEL}$`)),
  "mac-addr": valid("unicast MAC address", /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i),
  "mac-prefix": only(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}(?::[a-f0-9]?)?$/i,
    "value is not a valid unicast MAC address prefix",
  ),
  ipv4: valid("IPv4 address", isIPv4),
  ipv6: valid("IPv6 address", isAddress6),
  ip: valid("IP address", isAddress),
  ipv4mask: valid("IP netmask", (text) => NETMASKS.has(text)),
  CIDRv4: valid("IPv4 CIDR network", isCidr4),
  CIDRv6: valid("IPv6 CIDR network", isCidr6),
  CIDR: valid("CIDR network", isCidr),
  "pve-ipv4-config": valid("ipv4 network configuration", (text) => ["dhcp", "manual"].includes(text) || isCidr4(text)),
  "pve-ipv6-config": valid(
    "ipv6 network configuration",
    (text) => ["auto", "dhcp", "manual"].includes(text) || isCidr6(text),
  ),
  "lxc-ip-with-ll-iface": valid("IP address", (text) => isLinkLocal(text) || isAddress(text)),
  email: valid("email address", EMAIL),
  "email-or-username": valid(
    "email address or user name",
    (text) => EMAIL.test(text) || new RegExp(`^${MAIL_USER}$`).test(text),
  ),
  "dns-name": valid("DNS name", isDnsName),
  "pve-iface": only(IFACE, (text) => `invalid network interface name '${text}'`),
  "pve-vlan-id-or-range": vlans,
  address: only(
    (text) => isAddress(text) || isDnsName(text),
    (text) => `value does not look like a valid address: ${text}`,
  ),
};
