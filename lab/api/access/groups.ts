import { permissions } from "../../access/permissions.ts";
import { dropAcl } from "../../access/user-config.ts";
import { died } from "../api-error.ts";
import type { Call, Handler } from "../call.ts";

const SEES = ["User.Modify", "Sys.Audit", "Group.Allocate"];

const list: Handler = ({ cluster, node, holder = "" }: Call) =>
  [...cluster.access.groups]
    .filter(([group]) => {
      const held = permissions(cluster.access, node.release, holder, `/access/groups/${group}`);
      return SEES.some((privilege) => held.has(privilege));
    })
    .map(([groupid, { members, comment }]) => ({
      groupid,
      users: [...members].toSorted().join(","),
      ...(comment ? { comment } : {}),
    }));

const create: Handler = ({ cluster, params }) => {
  const group = params.text("groupid");
  if (cluster.access.groups.has(group)) throw died(`create group failed: group '${group}' already exists`);
  cluster.access.groups.set(group, { members: new Set(), comment: params.maybe("comment") || undefined });
  return null;
};

const read: Handler = ({ cluster, params }) => {
  const group = params.text("groupid");
  const found = cluster.access.groups.get(group);
  if (!found) throw died(`group '${group}' does not exist`);
  return { members: [...found.members].toSorted(), ...(found.comment ? { comment: found.comment } : {}) };
};

const update: Handler = ({ cluster, params }) => {
  const group = params.text("groupid");
  const found = cluster.access.groups.get(group);
  if (!found) throw died(`update group failed: group '${group}' does not exist`);
  if (params.has("comment")) found.comment = params.text("comment") || undefined;
  return null;
};

const remove: Handler = ({ cluster, params }) => {
  const group = params.text("groupid");
  if (!cluster.access.groups.delete(group)) throw died(`delete group failed: group '${group}' does not exist`);
  dropAcl(cluster.access, ({ kind, id }) => kind === "group" && id === group);
  return null;
};

export const groups: Readonly<Record<string, Handler>> = {
  "GET /access/groups": list,
  "POST /access/groups": create,
  "GET /access/groups/{groupid}": read,
  "PUT /access/groups/{groupid}": update,
  "DELETE /access/groups/{groupid}": remove,
};
