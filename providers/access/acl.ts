import type { Returns } from "../pve/endpoints.ts";

export type AclEntry = Returns<"GET /access/acl">[number];

const QUERY = "/access/acl?";

/** An entry as preview shows it, by the call that it is written with. */
export function grantKey({ path, roleid, type, ugid }: AclEntry): string {
  const holder = encodeURIComponent(ugid).replaceAll("%40", "@").replaceAll("%21", "!");
  return `${QUERY}path=${path}&roles=${roleid}&${type}s=${holder}`;
}

export const grantValue = ({ propagate = true }: AclEntry) => ({ propagate });

/** The entries among the objects of a preview. */
export const grantsShown = (objects: Readonly<Record<string, unknown>>): AclEntry[] =>
  Object.entries(objects).flatMap(([key, value]) => {
    if (!key.startsWith(QUERY)) return [];
    const query = new URLSearchParams(key.slice(QUERY.length));
    const type = query.has("tokens") ? "token" : "user";
    return {
      path: query.get("path") ?? "",
      roleid: query.get("roles") ?? "",
      type,
      ugid: query.get(`${type}s`) ?? "",
      propagate: typeof value === "object" && value !== null && "propagate" in value && value.propagate === true,
    };
  });

/** An entry in words. */
export const grantWords = ({ path, roleid, ugid, propagate = true }: AclEntry): string =>
  `${path}: ${roleid} for ${ugid}${propagate ? ", and below" : ""}`;

export const isSameGrant = (a: AclEntry, b: AclEntry): boolean =>
  a.path === b.path && a.roleid === b.roleid && a.type === b.type && a.ugid === b.ugid;

export const isBelow = (path: string, above: string): boolean =>
  path !== above && path.startsWith(above === "/" ? "/" : `${above}/`);

/**
 * The entries that count for a user on a path: the deepest that go on to it, and of those on one path the user's own
 * before those of groups.
 */
export function counting(acl: readonly AclEntry[], user: string, groups: readonly string[], path: string): AclEntry[] {
  const reaching = acl.filter(
    (entry) => entry.path === path || ((entry.propagate ?? true) && isBelow(path, entry.path)),
  );
  const own = reaching.filter(({ type, ugid }) => type === "user" && ugid === user);
  const ofGroups = reaching.filter(({ type, ugid }) => type === "group" && groups.includes(ugid));
  const deepest = Math.max(0, ...[...own, ...ofGroups].map((entry) => entry.path.length));
  const [ownHere, groupsHere] = [own, ofGroups].map((all) => all.filter((entry) => entry.path.length === deepest));
  return (ownHere?.length ? ownHere : groupsHere) ?? [];
}
