import { namesakes, realmOf, storePassword } from "../../access/passwords.ts";
import { permissions } from "../../access/permissions.ts";
import { locksOf } from "../../access/second-factors.ts";
import { dropAcl, type User, type UserConfig } from "../../access/user-config.ts";
import { listItems } from "../../schema/formats.ts";
import { died } from "../api-error.ts";
import type { Call, Handler, Params } from "../call.ts";
import { orFails } from "../or-fails.ts";
import { tokenInfo } from "./tokens.ts";

const TEXTS = ["firstname", "lastname", "email", "comment", "keys"] as const;

/** The user of that id, or PVE's words that there is none. */
export function userOf({ users }: UserConfig, userid: string): User {
  const user = users.get(userid);
  if (!user) throw died(`no such user ('${userid}')`);
  return user;
}

const groupsOf = ({ groups }: UserConfig, userid: string): string[] =>
  [...groups].flatMap(([group, { members }]) => (members.has(userid) ? [group] : [])).toSorted();

const about = (user: User): Record<string, unknown> => ({
  enable: Number(user.enable),
  expire: user.expire,
  // What stands before something else in a line of user.cfg is read back as empty, where PVE does not look.
  ...(user.comment || user.keys ? { email: "" } : {}),
  ...Object.fromEntries(TEXTS.flatMap((key) => (user[key] ? [[key, user[key]]] : []))),
});

const list: Handler = (call) => {
  const { cluster, params, holder = "" } = call;
  const { access, realms } = cluster;
  const full = params.flag("full") ?? false;
  const enabled = params.flag("enabled");
  const shown = [...access.users].filter(
    ([userid, { enable }]) =>
      (enabled === undefined || enabled === enable) && (userid === holder || sees(call, userid)),
  );
  return shown
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([userid, user]) => {
      const type = realms.get(realmOf(userid))?.type;
      const factors = cluster.tfa.get(userid);
      const tokens = [...user.tokens].toSorted(([a], [b]) => (a < b ? -1 : 1));
      return {
        userid,
        ...about(user),
        ...(type ? { "realm-type": type } : {}),
        ...(factors ? locksOf(factors, cluster.now()) : {}),
        ...(full ? { groups: groupsOf(access, userid).join(",") } : {}),
        ...(full && tokens.length > 0
          ? { tokens: tokens.map(([tokenid, token]) => ({ tokenid, ...tokenInfo(token) })) }
          : {}),
      };
    });
};

function sees({ cluster: { access }, node, holder = "" }: Call, userid: string): boolean {
  const may = (path: string) => {
    const held = permissions(access, node.release, holder, path);
    return held.has("User.Modify") || held.has("Sys.Audit");
  };
  return may("/access/groups") || groupsOf(access, userid).some((group) => may(`/access/groups/${group}`));
}

const create: Handler = ({ cluster, params }) => {
  const userid = params.text("userid");
  const { access } = cluster;
  const known = namesakes(cluster, userid)[0] ?? userid;
  if (access.users.has(known)) throw died(`create user failed: user '${known}' already exists`);
  if (params.has("password"))
    orFails("create user failed", () => storePassword(cluster, userid, params.text("password")));
  const groups = knownGroups(access, params, "create");
  const user: User = {
    enable: params.flag("enable") ?? true,
    expire: params.integer("expire") ?? 0,
    tokens: new Map(),
  };
  for (const key of TEXTS) user[key] = params.maybe(key) || undefined;
  access.users.set(userid, user);
  for (const group of groups) access.groups.get(group)?.members.add(userid);
  return null;
};

function knownGroups({ groups }: UserConfig, params: Params, action: string): string[] {
  const named = listItems(params.maybe("groups") ?? "");
  const unknown = named.find((group) => !groups.has(group));
  if (unknown !== undefined) throw died(`${action} user failed: no such group '${unknown}'`);
  return named;
}

const read: Handler = ({ cluster: { access }, params }) => {
  const userid = params.text("userid");
  const user = userOf(access, userid);
  const tokens = Object.fromEntries([...user.tokens].map(([tokenid, token]) => [tokenid, tokenInfo(token)]));
  return { ...about(user), groups: groupsOf(access, userid), tokens: user.tokens.size > 0 ? tokens : null };
};

const update: Handler = ({ cluster: { access }, params }) => {
  const userid = params.text("userid");
  const user = access.users.get(userid);
  if (!user) throw died(`update user failed: no such user ('${userid}')`);
  const groups = knownGroups(access, params, "update");
  user.enable = params.flag("enable") ?? user.enable;
  user.expire = params.integer("expire") ?? user.expire;
  for (const key of TEXTS) if (params.has(key)) user[key] = params.text(key) || undefined;
  if (params.has("groups") && !params.flag("append"))
    for (const { members } of access.groups.values()) members.delete(userid);
  for (const group of groups) access.groups.get(group)?.members.add(userid);
  return null;
};

const remove: Handler = ({ cluster, params }) => {
  const userid = params.text("userid");
  const { access } = cluster;
  const { tokens } = userOf(access, userid);
  for (const token of tokens.keys()) cluster.tokenSecrets.delete(`${userid}!${token}`);
  if (cluster.realms.get(realmOf(userid))?.type === "pve") cluster.passwords.delete(userid);
  cluster.tfa.delete(userid);
  access.users.delete(userid);
  for (const { members } of access.groups.values()) members.delete(userid);
  dropAcl(access, ({ kind, id }) => kind !== "group" && (id === userid || id.startsWith(`${userid}!`)));
  // root@pam is always there: what goes are its settings and its tokens.
  if (userid === "root@pam") access.users.set(userid, { enable: true, expire: 0, tokens: new Map() });
  return null;
};

export const users: Readonly<Record<string, Handler>> = {
  "GET /access/users": list,
  "POST /access/users": create,
  "GET /access/users/{userid}": read,
  "PUT /access/users/{userid}": update,
  "DELETE /access/users/{userid}": remove,
};
