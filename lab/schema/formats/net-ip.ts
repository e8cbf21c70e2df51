// What Perl's Net::IP makes of an address, a network `a/n` or a range `a-b`, since PVE's firewall repeats its words.

export interface Address {
  readonly version: 4 | 6;
}

/** What is wrong, in Net::IP's words; some things it refuses without a word. */
export class NotAnAddress extends Error {}

const wrong = (words = ""): never => {
  throw new NotAnAddress(words);
};

/** Perl's split: what is empty at the end is dropped. */
const parts = (text: string, at: string): string[] => text.replace(new RegExp(`[${at}]+$`), "").split(at);

function assertQuads(text: string): void {
  if (!/^[\d.]+$/.test(text)) wrong(`Invalid chars in IP ${text}`);
  if (text.startsWith(".")) wrong(`Invalid IP ${text} - starts with a dot`);
  if (text.endsWith(".")) wrong(`Invalid IP ${text} - ends with a dot`);
  if (/(\..*){4}/.test(text)) wrong(`Invalid IP address ${text}`);
  if (text.includes("..")) wrong(`Empty quad in IP address ${text}`);
  const tooBig = text.split(".").find((quad) => Number(quad) > 255);
  if (tooBig !== undefined) wrong(`Invalid quad in IP address ${text} - ${tooBig}`);
}

const isQuads = (text: string): boolean => {
  try {
    assertQuads(text);
    return true;
  } catch {
    return false;
  }
};

const GROUP = /^[a-f\d]{0,4}$/i;

function assertGroups(text: string): void {
  const colons = text.split(":").length - 1;
  if (colons > 7) wrong();
  const groups = parts(text, ":");
  const last = groups[colons];
  const endsInQuads = last !== undefined && !GROUP.test(last) && isQuads(last);
  if (groups.some((group, n) => !GROUP.test(group) && !(endsInQuads && n === colons)))
    wrong(`Invalid IP address ${text}`);
  if (/^:[^:]/.test(text)) wrong(`Invalid address ${text} (starts with :)`);
  if (/[^:]:$/.test(text)) wrong(`Invalid address ${text} (ends with :)`);
  if ([...text.matchAll(/:(?=:)/g)].length > 1) wrong(`Invalid address ${text} (More than one :: pattern)`);
  if (colons + Number(endsInQuads) !== 7 && !text.includes("::")) wrong(`Invalid number of octets ${text}`);
}

function versionOf(text: string): 4 | 6 {
  if (text.includes(":")) {
    assertGroups(text);
    return 6;
  }
  assertQuads(text);
  return 4;
}

function expanded4(text: string): string {
  const quads = parts(text, ".");
  if (quads.length > 4) wrong(`Not a valid IPv address ${text}`);
  if (quads.some((quad) => !/^\d{1,3}$/.test(quad))) wrong(`Not a valid IPv4 address ${text}`);
  return [...quads, 0, 0, 0].slice(0, 4).map(Number).join(".");
}

function expanded6(text: string): string {
  if (text.split("::").length > 2) wrong("Too many :: in ip");
  const groups = parts(text.replace("::", ":!:"), ":").flatMap((part) =>
    part.includes(".") ? hexOfQuads(part) : [part.padStart(4, "0")],
  );
  const gap = groups.length > 8 ? [""] : Array.from({ length: 9 - groups.length }, () => "0000");
  return groups.flatMap((group) => (group === "000!" ? gap : [group.toLowerCase()])).join(":");
}

function hexOfQuads(text: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = expanded4(text).split(".").map(Number);
  return [a * 256 + b, c * 256 + d].map((group) => group.toString(16).padStart(4, "0"));
}

function expanded(text: string, version: 4 | 6): string {
  const whole = version === 4 ? expanded4(text) : expanded6(text);
  versionOf(whole); // once more: it may be too long by now
  return whole;
}

/** Of an address that is expanded. */
const bits = (text: string): string =>
  text.includes(":")
    ? [...text.replaceAll(":", "")].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("")
    : text
        .split(".")
        .map((quad) => Number(quad).toString(2).padStart(8, "0"))
        .join("");

function prefixed(address: string, length: string): Address {
  const version = versionOf(address);
  const all = bits(expanded(address, version));
  if (/^\d+$/.test(length)) {
    if (Number(length) > all.length) wrong(`Prefix length ${length} is longer than IP address (${all.length})`);
    if (all.slice(Number(length)).includes("1")) wrong(`Invalid prefix ${all}/${length}`);
  }
  return { version };
}

function range(from: string, to: string): Address {
  const version = versionOf(from);
  const [first, last] = [expanded(from, version), expanded(to, version)];
  if (versionOf(last) !== version) wrong(`Begin and End addresses have different IP versions - ${first} - ${last}`);
  if (bits(last) < bits(first)) wrong(`Begin address is greater than End address ${first} - ${last}`);
  return { version };
}

/** Throws `NotAnAddress`. What follows a slash and is no number is passed over, as Net::IP does. */
export function parseAddress(text: string): Address {
  const [, network, length] = /^(\S+?)\/(\S+)$/.exec(text) ?? [];
  if (network !== undefined && length !== undefined) return prefixed(network, length);
  const [, first, last] = /^(.+?)\s*-\s*(.+)$/.exec(text) ?? [];
  if (first !== undefined && last !== undefined) return range(first, last);
  const version = versionOf(text);
  expanded(text, version);
  return { version };
}
