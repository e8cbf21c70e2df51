import { byTree, isAclPath, normalPath } from "../../access/acl-path.ts";
import { modifiers } from "../../access/authorize.ts";
import { permissions } from "../../access/permissions.ts";
import type { AclEntry } from "../../access/user-config.ts";
import { listItems } from "../../schema/formats.ts";
import { badParameters, died } from "../api-error.ts";
import { type Call, type Handler, may } from "../call.ts";
import { rolesFor } from "./roles.ts";

const KINDS = ["user", "group", "token"];

/** In the order of PVE's tree: by path, then users, groups and tokens. */
const list: Handler = (call: Call) => {
  const seesAll = may(call, "/access", "Sys.Audit");
  return call.cluster.access.acl
    .filter(({ path }) => seesAll || may(call, path, ...modifiers(path)))
    .toSorted((a, b) => byTree(a.path, b.path) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
    .map(({ path, kind, id, role, propagate }) => ({
      path,
      type: kind,
      ugid: id,
      roleid: role,
      propagate: Number(propagate),
    }));
};

const update: Handler = (call) => {
  const { cluster, params } = call;
  if (!["users", "groups", "tokens"].some((key) => params.maybe(key)))
    throw badParameters(
      Object.fromEntries(
        ["users", "groups", "tokens"].map((key) => [key, "either 'users', 'groups' or 'tokens' is required."]),
      ),
    );
  const removing = params.flag("delete") ?? false;
  const path = normalPath(params.text("path"));
  if (path === undefined || (!removing && !isAclPath(path)))
    throw badParameters({ path: `invalid ACL path '${params.text("path")}'` });
  const propagate = params.flag("propagate") ?? true;
  const roles = listItems(params.text("roles"));
  for (const role of roles) mayHandOut(call, path, role, { removing, propagate });
  const changed = roles.flatMap((role) =>
    holders(call).map((holder): AclEntry => ({ path, role, propagate, ...holder })),
  );
  // Root may do all anyway: PVE does not write such an entry down.
  const kept = changed.filter(({ kind, id }) => kind !== "user" || id !== "root@pam");
  const same = (a: AclEntry, b: AclEntry) =>
    a.path === b.path && a.kind === b.kind && a.id === b.id && a.role === b.role;
  const others = cluster.access.acl.filter((entry) => !changed.some((one) => same(one, entry)));
  cluster.access.acl.splice(0, Number.POSITIVE_INFINITY, ...others, ...(removing ? [] : kept));
  return null;
};

/** Who the ACL is for; each has to be there. */
function holders({ cluster: { access }, params }: Call): Pick<AclEntry, "kind" | "id">[] {
  const named = (key: string) => listItems(params.maybe(key) ?? "");
  for (const group of named("groups"))
    if (!access.groups.has(group)) throw died(`ACL update failed: group '${group}' does not exist`);
  for (const user of named("users"))
    if (!access.users.has(user)) throw died(`ACL update failed: user '${user}' does not exist`);
  for (const token of named("tokens")) {
    const [user = "", name = ""] = token.split("!");
    if (!access.users.has(user)) throw died(`ACL update failed: no such user ('${user}')`);
    if (!access.users.get(user)?.tokens.has(name))
      throw died(`ACL update failed: no such token '${name}' for user '${user}'`);
  }
  return [
    ...named("groups").map((id) => ({ kind: "group" as const, id })),
    ...named("users").map((id) => ({ kind: "user" as const, id })),
    ...named("tokens").map((id) => ({ kind: "token" as const, id })),
  ];
}

/** Without Permissions.Modify one hands out no more than one has, and hands it on no further than it reaches. */
function mayHandOut(call: Call, path: string, role: string, how: { removing: boolean; propagate: boolean }): void {
  const { cluster, node, holder = "" } = call;
  const privileges = rolesFor(call).get(role);
  if (!privileges) throw died(`ACL update failed: role '${role}' does not exist`);
  const held = permissions(cluster.access, node.release, holder, path);
  if (held.has("Permissions.Modify")) return;
  const cannot = `Cannot ${how.removing ? "remove" : "add"} role '${role}'`;
  if ([...privileges].some((privilege) => !held.has(privilege)))
    throw refused(`${cannot} - requires 'Permissions.Modify' or superset of privileges.`);
  if (how.propagate && !how.removing && [...privileges].some((privilege) => !held.get(privilege)))
    throw refused(`${cannot} with propagation - requires 'Permissions.Modify' or propagated superset of privileges.`);
  if (role === "NoAccess") throw refused(`${cannot} - requires 'Permissions.Modify'`);
}

// Raised while PVE holds its lock, so that the words of a 400 end up in a 500.
const refused = (words: string) => died(`ACL update failed: 400 Parameter verification failed.\nrole: ${words}`);

export const acl: Readonly<Record<string, Handler>> = { "GET /access/acl": list, "PUT /access/acl": update };
