/** A path as PVE keeps it: one slash between parts, none at the end. None where it has a character that no path has. */
export function normalPath(path: string): string | undefined {
  if (path === "") return undefined;
  const trimmed = path.replace(/\/+/g, "/").replace(/\/$/, "");
  const whole = trimmed.startsWith("/") ? trimmed : `/${trimmed}`;
  return /^[A-Za-z0-9._/-]+$/.test(whole) ? whole : undefined;
}

const ID = "[A-Za-z0-9._-]+";
const KNOWN = [
  "",
  "access",
  "access/groups",
  `access/groups/${ID}`,
  "access/realm",
  `access/realm/${ID}`,
  "nodes",
  `nodes/${ID}`,
  "pool",
  `pool/${ID}(?:/${ID}){0,2}`,
  "sdn",
  "sdn/(?:controllers|dns|fabrics|ipams|prefix-lists|route-maps)(?:/[A-Za-z0-9_-]+)?",
  "sdn/zones",
  `sdn/zones/${ID}(?:/${ID}(?:/[1-9][0-9]{0,3})?)?`,
  "storage",
  `storage/${ID}`,
  "vms",
  "vms/[1-9][0-9]{2,}",
  "mapping",
  `mapping/${ID}(?:/${ID})?`,
];
const PATTERN = new RegExp(`^/(?:${KNOWN.join("|")})$`);

/** Whether an ACL may stand on a path. */
export const isAclPath = (path: string): boolean => PATTERN.test(path);
