import { isIP, isIPv4, isIPv6 } from "node:net";
import { FormatError } from "./errors.ts";

type Validator = (text: string) => void;

const refuse = (words: string): never => {
  throw new FormatError(`${words}\n`);
};
const like =
  (pattern: RegExp, words: string): Validator =>
  (text) =>
    pattern.test(text) || refuse(words);
const notLike = (pattern: RegExp, what: string) => like(pattern, `value does not look like a valid ${what}`);
const named =
  (pattern: RegExp, words: (text: string) => string): Validator =>
  (text) =>
    pattern.test(text) || refuse(words(text));

const identifier =
  (what: string): Validator =>
  (text) => {
    if (text.length < 2) refuse(`${what} ID '${text}' cannot be shorter than 2 characters`);
    if (!/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(text)) refuse(`${what} ID '${text}' contains illegal characters`);
  };

const LABEL = "([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)";
const DNS_NAME = new RegExp(`^(${LABEL}\\.)*${LABEL}$`);
const EMAIL = /^[-_A-Za-z0-9+.]+@[-A-Za-z0-9.]+$/;
const REALM = /[A-Za-z][A-Za-z0-9._-]+/.source;

const cidr = (text: string, of: (address: string) => boolean, most: number): boolean => {
  const match = /^(.+)\/(\d+)$/.exec(text);
  return match !== null && of(match[1] ?? "") && Number(match[2]) > 7 && Number(match[2]) <= most;
};
const isCidr4 = (text: string) => cidr(text, isIPv4, 32);
const isCidr6 = (text: string) => cidr(text, isIPv6, 128);
const when =
  (holds: (text: string) => boolean, what: string): Validator =>
  (text) =>
    holds(text) || refuse(`value does not look like a valid ${what}`);

function userId(text: string): void {
  if (text.length < 3) refuse(`user name '${text}' is too short`);
  if (text.length > 64) refuse(`user name '${text}' is too long (${text.length} > 64)`);
  if (!new RegExp(`^[^\\s:/]+@${REALM}$`).test(text)) refuse(`value '${text}' does not look like a valid user name`);
}

function poolId(text: string): void {
  if (text.split("/").length > 3) refuse(`pool name '${text}' nested too deeply (max levels = 3)`);
  if (!/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){0,2}$/.test(text))
    refuse(`pool name '${text}' contains invalid characters`);
}

function startupOrder(text: string): void {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  if (parts.some((part) => !/^(?:(order=)?\d+|up=\d+|down=\d+)$/.test(part))) refuse("unable to parse startup options");
}

const none: Validator = () => {};

/** The formats that are held to a rule. A format that is not here is let through. */
const validators: Readonly<Record<string, Validator>> = {
  string: none,
  urlencoded: named(/^[-%a-zA-Z0-9_.!~*'()]*$/, (text) => `invalid urlencoded string: ${text}`),
  "pve-configid": named(/^[a-z][a-z0-9_-]+$/i, (text) => `invalid configuration ID '${text}'`),
  "pve-storage-id": identifier("storage"),
  "acme-plugin-id": identifier("ACME plugin"),
  "pve-bridge-id": named(/^[-_.\w\d]+$/, (text) => `invalid bridge ID '${text}'`),
  "pve-vmid": notLike(/^[1-9][0-9]{2,8}$/, "VM ID"),
  "pve-node": notLike(new RegExp(`^${LABEL}$`), "node name"),
  "pve-userid": userId,
  "pve-tokenid": named(
    new RegExp(`^[^\\s:/]+@${REALM}!${REALM}$`),
    (text) => `value '${text}' does not look like a valid token ID`,
  ),
  "pve-realm": notLike(new RegExp(`^${REALM}$`), "realm"),
  "pve-groupid": named(/^[A-Za-z0-9._-]+$/, (text) => `group name '${text}' contains invalid characters`),
  "pve-roleid": named(/^[A-Za-z0-9._-]+$/, (text) => `role name '${text}' contains invalid characters`),
  "pve-poolid": poolId,
  "mac-addr": notLike(/^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i, "unicast MAC address"),
  ipv4: when(isIPv4, "IPv4 address"),
  ipv6: when(isIPv6, "IPv6 address"),
  ip: when((text) => isIP(text) !== 0, "IP address"),
  CIDRv4: when(isCidr4, "IPv4 CIDR network"),
  CIDRv6: when(isCidr6, "IPv6 CIDR network"),
  CIDR: when((text) => isCidr4(text) || isCidr6(text), "CIDR network"),
  "pve-ipv4-config": when((text) => text === "dhcp" || isCidr4(text), "ipv4 network configuration"),
  "pve-ipv6-config": when((text) => ["auto", "dhcp"].includes(text) || isCidr6(text), "ipv6 network configuration"),
  email: notLike(EMAIL, "email address"),
  "email-or-username": when(
    (text) => EMAIL.test(text) || /^[-_A-Za-z0-9+.]+$/.test(text),
    "email address or user name",
  ),
  "dns-name": notLike(DNS_NAME, "DNS name"),
  "pve-iface": named(/^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i, (text) => `invalid network interface name '${text}'`),
  address: (text) =>
    isIP(text) !== 0 || DNS_NAME.test(text) || refuse(`value does not look like a valid address: ${text}`),
  "disk-size": named(/^\d+(\.\d+)?([KMGT](?:iB)?)?$/, (text) => `value does not look like a valid disk size: ${text}`),
  "pve-startup-order": startupOrder,
  "pve-tag": like(/^(?:[a-z0-9_][a-z0-9_\-+.]*)$/i, "invalid characters in tag"),
  "ldap-simple-attr": named(
    /^[a-zA-Z0-9]+$/,
    (text) => `value '${text}' does not look like a simple ldap attribute name`,
  ),
  "pve-task-status-type": named(/^(ok|error|warning|unknown)$/i, (text) => `invalid status '${text}'`),
};

/** Throws a `FormatError` where `text` is not as its format wants it. */
export function checkFormat(format: string, text: string): void {
  const [, name = format, kind] = /^(.*?)(?:-(list|opt))?$/.exec(format) ?? [];
  const validator = validators[name];
  if (!validator || (kind === "opt" && (text === "" || text === "0"))) return;
  for (const item of kind === "list" ? listItems(text) : [text]) validator(item);
}

/** The items of a list as PVE splits it: at commas, semicolons, blanks and zero bytes. */
export const listItems = (text: string): string[] => text.split(/[,;\0\s]+/).filter((item) => item !== "");
