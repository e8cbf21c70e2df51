import { builtInRoles, privilegesOf } from "../../access/privileges.ts";
import { dropAcl } from "../../access/user-config.ts";
import { listItems } from "../../schema/formats.ts";
import { badParameters, died } from "../api-error.ts";
import type { Call, Handler } from "../call.ts";

/** Every role that the answering node knows, its own and the custom ones. */
export const rolesFor = ({ cluster, node }: Call): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map([...cluster.access.roles, ...builtInRoles(node.release)]);

const isBuiltIn = ({ node }: Call, role: string) => builtInRoles(node.release).has(role);

function addPrivileges({ cluster, node, params }: Call, role: string, action: string): void {
  const known = privilegesOf(node.release);
  const held = cluster.access.roles.get(role) ?? new Set();
  const wanted = listItems(params.text("privs"));
  const unknown = wanted.find((privilege) => !known.has(privilege));
  if (unknown !== undefined) throw died(`${action} role failed: invalid privilege '${unknown}'`);
  cluster.access.roles.set(role, new Set([...held, ...wanted]));
}

const list: Handler = (call) =>
  [...rolesFor(call)].map(([roleid, privileges]) => ({
    roleid,
    privs: [...privileges].toSorted().join(","),
    special: Number(isBuiltIn(call, roleid)),
  }));

const create: Handler = (call) => {
  const role = call.params.text("roleid");
  if (/^PVE/i.test(role))
    throw badParameters({ roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace" });
  if (rolesFor(call).has(role)) throw died(`create role failed: role '${role}' already exists`);
  addPrivileges(call, role, "create");
  return null;
};

const read: Handler = (call) => {
  const role = call.params.text("roleid");
  const privileges = rolesFor(call).get(role);
  if (!privileges) throw died(`role '${role}' does not exist`);
  return Object.fromEntries([...privileges].map((privilege) => [privilege, 1]));
};

const update: Handler = (call) => {
  const { cluster, params } = call;
  const role = params.text("roleid");
  if (isBuiltIn(call, role)) throw died(`auto-generated role '${role}' cannot be modified`);
  const before = cluster.access.roles.get(role);
  if (!before) throw died(`update role failed: role '${role}' does not exist`);
  if (!params.flag("append")) cluster.access.roles.set(role, new Set());
  try {
    addPrivileges(call, role, "update");
  } catch (thrown) {
    cluster.access.roles.set(role, before); // PVE writes its file only when all went well
    throw thrown;
  }
  return null;
};

const remove: Handler = (call) => {
  const { cluster, params } = call;
  const role = params.text("roleid");
  if (isBuiltIn(call, role)) throw died(`auto-generated role '${role}' cannot be deleted`);
  if (!cluster.access.roles.delete(role)) throw died(`delete role failed: role '${role}' does not exist`);
  // An ACL of a role that is gone is passed over when the file is read again.
  dropAcl(cluster.access, (entry) => entry.role === role);
  return null;
};

export const roles: Readonly<Record<string, Handler>> = {
  "GET /access/roles": list,
  "POST /access/roles": create,
  "GET /access/roles/{roleid}": read,
  "PUT /access/roles/{roleid}": update,
  "DELETE /access/roles/{roleid}": remove,
};
