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
  "sdn/controllers(?:/[A-Za-z0-9_-]+)?",
  "sdn/(?:dns|fabrics|ipams|prefix-lists|route-maps)(?:/[A-Za-z0-9]+)?",
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

/** The paths with every path above them, in the order in which PVE walks its tree. */
export function withAbove(paths: Iterable<string>): string[] {
  const all = [...paths].flatMap((path) => {
    const parts = path.split("/").filter(Boolean);
    return parts.map((_, n) => `/${parts.slice(0, n + 1).join("/")}`);
  });
  return [...new Set(["/", ...all])].toSorted(byTree);
}

/** The order in which PVE walks its tree: a path before what lies below it, neighbours by name. */
export function byTree(a: string, b: string): number {
  const [left = [], right = []] = [a, b].map((path) => path.split("/").filter(Boolean));
  const at = left.findIndex((part, n) => part !== right[n]);
  if (at < 0) return left.length - right.length;
  return (left[at] ?? "") < (right[at] ?? "") ? -1 : 1;
}
