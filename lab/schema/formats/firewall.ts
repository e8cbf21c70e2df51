import { isIPv4 } from "node:net";
import { NotAnAddress, parseAddress } from "./net-ip.ts";
import { isAddress6 } from "./network.ts";
import { only, refuse, type Validator, type Validators } from "./validator.ts";
import { ICMP_TYPES, PROTOCOL_NUMBERS, PROTOCOLS, SERVICES } from "./well-known-names.ts";

const ALIAS = "[A-Za-z][A-Za-z0-9_-]+";
const SCOPED_ALIAS = new RegExp(`^(dc/|guest/)?${ALIAS}$`);
const HELPERS = ["amanda", "ftp", "irc", "netbios-ns", "pptp", "sane", "sip", "snmp", "tftp"];
const MOST_PORTS = 15;

function elements(text: string): string[] {
  if (text.endsWith(",")) refuse("extraneous commas in list");
  return text === "" ? [] : text.split(",");
}

/** The version of an address as Net::IP reads it, refused in its words after `before`. */
function parsed(text: string, before = ""): 4 | 6 {
  try {
    return parseAddress(text).version;
  } catch (thrown) {
    if (thrown instanceof NotAnAddress) return refuse(`${before}${thrown.message}`);
    throw thrown;
  }
}

function addressOrNetwork(text: string): void {
  const [, address = "", length] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (!isIPv4(address) && !isAddress6(address)) refuse("value does not look like a valid IP address or CIDR network");
  // The bits beyond the length may be what they like, but for a length of 0.
  const most = isIPv4(address) ? 32 : 128;
  if (length === undefined || length === "0" || Number(length) > most) parsed(text);
}

function addresses(text: string): void {
  if (/^\+\S+$/.test(text)) {
    if (text.length > 65) refuse("ipset name too long");
  } else if (SCOPED_ALIAS.test(text)) {
    if (text.length > 64) refuse("alias name too long");
  } else addressList(text);
}

function addressList(text: string): void {
  const items = elements(text);
  let before: 4 | 6 | undefined;
  for (const item of items) {
    const version = parsed(item, "invalid IP address: ");
    if (before !== undefined && version !== before)
      refuse(`detected mixed ipv4/ipv6 addresses in address list '${text}'`);
    before = version;
  }
  if (items.length > 1 && items.some((item) => item.includes("-"))) refuse("you can't use a range in a list");
}

function assertPort(text: string): void {
  if (Number(text) > 65535) refuse(`invalid port '${text}'`);
}

/** How much an entry adds to the length of the list: nothing for a name. */
function weight(item: string, isType: (item: string) => boolean): number {
  const [, first, last] = /^([0-9]+)(?::([0-9]+))?$/.exec(item) ?? [];
  if (first === undefined) {
    if (!isType(item) && !SERVICES.has(item)) refuse(`invalid port '${item}'`);
    return 0;
  }
  assertPort(first);
  if (last === undefined) return 1;
  assertPort(last);
  if (Number(first) > Number(last))
    refuse(`backwards range '${first}:${last}' not allowed, did you mean '${last}:${first}'?`);
  return 2;
}

/** Once the type of an ICMP packet stood where the port does, and still may. */
const ports =
  (isType: (item: string) => boolean): Validator =>
  (text) => {
    const items = elements(text);
    const numbers = items.reduce((sum, item) => sum + weight(item, isType), 0);
    if (numbers > 0 && items.some(isType)) refuse("ICMP ports not allowed in port range");
    if (numbers > MOST_PORTS) refuse("too many entries in port list (> 15 numbers)");
  };

function helpers(text: string): void {
  const unknown = elements(text).find((item) => !HELPERS.includes(item));
  if (unknown !== undefined) refuse(`unknown helper ${unknown} at /usr/share/perl5/PVE/Firewall.pm line 1167.`);
}

export const firewallFormats: Validators = {
  IPorCIDR: addressOrNetwork,
  IPorCIDRorAlias: (text) => {
    if (!SCOPED_ALIAS.test(text)) addressOrNetwork(text);
  },
  "pve-fw-addr-spec": addresses,
  "pve-fw-sport-spec": ports(() => false),
  "pve-fw-dport-spec": ports((item) => ICMP_TYPES.has(item)),
  "pve-fw-protocol-spec": only(
    (text) => ["", "0"].includes(text) || PROTOCOLS.has(text) || PROTOCOL_NUMBERS.has(text),
    (text) => `unknown protocol '${text}'`,
  ),
  "pve-fw-icmp-type-spec": only(
    (text) => text === "" || ICMP_TYPES.has(text),
    (text) => `invalid icmp-type value '${text}'`,
  ),
  "pve-fw-conntrack-helper": helpers,
};
