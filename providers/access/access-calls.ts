import { type Facts, idOf, type KnownToken, ownGrants } from "./access-facts.ts";
import type { Step } from "./access-step.ts";
import type { AclEntry } from "./acl.ts";
import type { Args } from "./api-token-role.args.ts";
import { others } from "./grants.ts";

export const removeToken = ({ user, name }: Pick<KnownToken, "user" | "name">): Step => ({
  say: `removing the token ${idOf(user, name)}`,
  endpoint: "DELETE /access/users/{userid}/token/{tokenid}",
  takes: { userid: user, tokenid: name },
});

/** As few calls as can write these entries, or take them back. */
export const grantCalls = (entries: readonly AclEntry[], remove = false): Step[] =>
  grouped(entries).map((group) => grant(group, remove));

/** Entries that one call can write: of one role, on one path, going on below or not. */
function grouped(entries: readonly AclEntry[]): AclEntry[][] {
  const groups = new Map<string, AclEntry[]>();
  for (const entry of entries) {
    const key = `${entry.path} ${entry.roleid} ${entry.propagate ?? true}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

function grant(entries: readonly AclEntry[], remove: boolean): Step {
  const [{ path = "", roleid = "", propagate = true } = {}] = entries;
  const holders = (kind: string) =>
    entries
      .flatMap(({ type, ugid }) => (type === kind ? [ugid] : []))
      .toSorted()
      .join(",") || undefined;
  const names = entries.map(({ ugid }) => ugid).toSorted();
  return {
    say: `${remove ? "taking back" : "granting"} ${path}: ${roleid} for ${names.join(" and ")}${propagate ? ", and below" : ""}`,
    endpoint: "PUT /access/acl",
    takes: {
      path,
      roles: roleid,
      propagate,
      users: holders("user"),
      tokens: holders("token"),
      ...(remove ? { delete: true } : {}),
    },
  };
}

/** The role goes with the last of ours, unless somebody else holds it too. */
export function releaseRole(args: Args, facts: Facts, role: string): Step[] {
  const mine = ownGrants(args, facts);
  const isOthers = others(facts).some(({ record }) => record.role === role || record.was.includes(role));
  const isHeld = facts.acl.some((entry) => entry.roleid === role && !mine.includes(entry));
  if (isOthers || isHeld || !facts.roles.has(role)) return [];
  return [{ say: `removing the role ${role}`, endpoint: "DELETE /access/roles/{roleid}", takes: { roleid: role } }];
}
