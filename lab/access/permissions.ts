import type { Release } from "../schema/schema.ts";
import { builtInRoles, type Privileges, privilegesOf, type Roles } from "./privileges.ts";
import type { AclEntry, UserConfig } from "./user-config.ts";

/** The privileges that somebody has on a path, and whether each goes on below it. */
export type Permissions = ReadonlyMap<string, boolean>;

const ROOT = "root@pam";
const NO_ACCESS = "NoAccess";

/** Whose rights are asked for: a user by id, a token by `user!token`. */
export function permissions(config: UserConfig, release: Release, holder: string, path: string): Permissions {
  if (holder === ROOT) return new Map([...privilegesOf(release)].map((privilege) => [privilege, true]));
  const [user = "", tokenName] = holder.split("!");
  if (tokenName === undefined) return privilegesIn(config, release, rolesWithPools(config, holder, path));
  const token = config.users.get(user)?.tokens.get(tokenName);
  if (!token) return new Map();
  const owners = permissions(config, release, user, path);
  if (!token.privsep) return owners;
  const own = privilegesIn(config, release, rolesWithPools(config, holder, path));
  // A separated token has what both have; of a root@pam token its own ACLs alone count.
  if (user === ROOT) return own;
  return new Map(
    [...own].filter(([privilege]) => owners.has(privilege)).map(([p, goesOn]) => [p, goesOn && owners.get(p) === true]),
  );
}

type HeldRoles = ReadonlyMap<string, boolean>;

function privilegesIn(config: UserConfig, release: Release, held: HeldRoles): Permissions {
  const known: Roles = builtInRoles(release);
  const found = new Map<string, boolean>();
  for (const [role, goesOn] of held) {
    const privileges: Privileges = known.get(role) ?? config.roles.get(role) ?? new Set();
    for (const privilege of privileges) found.set(privilege, found.get(privilege) === true || goesOn);
  }
  return found;
}

/** The roles on a path, with those that a pool hands to its members. `NoAccess` of either side wins. */
function rolesWithPools(config: UserConfig, holder: string, path: string): HeldRoles {
  const own = rolesOn(config, holder, path);
  if (own.has(NO_ACCESS)) return own;
  const pooled = [...config.pools]
    .filter(([, { guests, storages }]) => {
      const [, area, id = ""] = path.split("/");
      return (
        path.split("/").length === 3 &&
        (area === "vms" ? guests.has(Number(id)) : area === "storage" && storages.has(id))
      );
    })
    .flatMap(([pool]) => [...rolesOn(config, holder, `/pool/${pool}`).keys()]);
  if (pooled.includes(NO_ACCESS)) return new Map([[NO_ACCESS, false]]);
  return new Map([...pooled.map((role) => [role, false] as const), ...own]);
}

/** The roles by ACL alone: what is set deeper replaces what is set above, a holder's own replaces the groups'. */
export function rolesOn({ acl, groups }: UserConfig, holder: string, path: string): HeldRoles {
  const steps = path.split("/").filter(Boolean);
  const prefixes = ["/", ...steps.map((_, n) => `/${steps.slice(0, n + 1).join("/")}`)];
  let roles: HeldRoles = new Map();
  for (const [n, prefix] of prefixes.entries()) {
    const counting = acl.filter((entry) => entry.path === prefix && (entry.propagate || n === prefixes.length - 1));
    const own = counting.filter(({ kind, id }) => kind !== "group" && id === holder);
    const groupsOwn = counting.filter(({ kind, id }) => kind === "group" && groups.get(id)?.members.has(holder));
    const here = own.length > 0 ? own : groupsOwn;
    if (here.length > 0) roles = byRole(here);
  }
  const denied = roles.get(NO_ACCESS);
  return denied === undefined ? roles : new Map([[NO_ACCESS, denied]]);
}

const byRole = (entries: readonly AclEntry[]): HeldRoles => {
  const roles = new Map<string, boolean>();
  for (const { role, propagate } of entries) roles.set(role, roles.get(role) === true || propagate);
  return roles;
};
