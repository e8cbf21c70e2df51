import { isDeepStrictEqual } from "node:util";
import { type Claimant, type Kept, NOTHING, type Standing } from "../core/kind.ts";
import type { Endpoint, Takes } from "../pve/endpoints.ts";
import { type AclEntry, declaredOf, type Facts, grantsIn, grantWords, shownToken, tokenId } from "./access-facts.ts";
import type { Args } from "./api-token-role.args.ts";
import { ownersOf, wantedGrants, wantedPrivileges } from "./desired-access.ts";
import { type AccessRecord, commentIn, type Made, withRecord } from "./record.ts";

/** One call that changes something. Each can be taken again. */
export type Call = {
  [E in Endpoint]: { readonly say: string; readonly endpoint: E; readonly takes: Takes[E] };
}[Endpoint];

const MAKE_TOKEN = "POST /access/users/{userid}/token/{tokenid}";

/** The call whose answer holds what is told once. */
interface MakeToken {
  readonly say: string;
  readonly endpoint: typeof MAKE_TOKEN;
  readonly takes: Takes[typeof MAKE_TOKEN];
  readonly keepers: Readonly<Record<string, string>>;
}

/** What the token has to be able to do in the end. */
export interface Proof {
  readonly say: string;
  readonly endpoint: "prove";
  readonly id: string;
  readonly args: Args;
  readonly privileges: readonly string[];
  /** Its value, as far as it was known before. */
  readonly secret: string | undefined;
}

export type Step = Exclude<Call, { readonly endpoint: typeof MAKE_TOKEN }> | MakeToken | Proof;

/** The calls from the world as it is to what is wanted. */
export function steps(who: Claimant, args: Args, facts: Facts, wanted: Standing, kept: Kept): Step[] {
  return wanted === NOTHING ? takeBack(args, facts) : bringAbout(who, args, facts, kept);
}

function bringAbout({ urn }: Claimant, args: Args, facts: Facts, kept: Kept): Step[] {
  const { token, record: before } = facts;
  const record: AccessRecord = { urn, token: args.token.name, role: args.role.name, made: madeBy(args, facts) };
  const anew = token !== undefined && !isSameSecret(args, kept);
  const left = anew ? facts.acl.filter(({ ugid }) => ugid !== tokenId(args)) : facts.acl;
  return [
    ...userSteps(args, facts, record),
    ...tokenSteps(args, facts, record, anew),
    ...roleSteps(args, facts),
    ...grantSteps(args, { ...facts, acl: left }, wantedGrants(args)),
    ...(before && before.role !== args.role.name ? releaseRole(args, facts, before) : []),
    proof(args, facts, anew ? undefined : kept["secret"]),
  ];
}

const proof = (args: Args, facts: Facts, secret: unknown): Proof => ({
  say: `proving what ${tokenId(args)} may do`,
  endpoint: "prove",
  id: tokenId(args),
  args,
  privileges: wantedPrivileges(args, facts),
  secret: typeof secret === "string" ? secret : undefined,
});

/** Whether the value that we know is that of the token as it is declared. */
const isSameSecret = ({ rotate }: Args, kept: Kept): boolean =>
  typeof kept["secret"] === "string" && isDeepStrictEqual(kept["keepers"] ?? {}, rotate?.keepers ?? {});

/** What goes with the last of us: what is not there yet, and what one of us made. */
function madeBy({ role, user }: Args, facts: Facts): Made[] {
  const notes = facts.tokens.filter(({ user: of }) => of === user.id).map(({ record }) => record);
  const userNotes = [...notes, commentIn(facts.users.get(user.id)?.comment).record];
  const isUserOurs = !facts.users.has(user.id) || userNotes.some((note) => note?.made.includes("user"));
  const isRoleOurs = !facts.roles.has(role.name) || ownersOf(role.name, facts).length > 0;
  return [...(isRoleOurs ? (["role"] as const) : []), ...(isUserOurs ? (["user"] as const) : [])];
}

function userSteps(args: Args, { users }: Facts, record: AccessRecord): Step[] {
  const { id: userid, comment, groups } = args.user;
  const there = users.get(userid);
  const list = groups?.toSorted().join(",");
  if (!there) {
    const takes = { userid, comment: withRecord(comment ?? "", record), groups: list };
    return [{ say: `making the user ${userid}`, endpoint: "POST /access/users", takes }];
  }
  const wanted = declaredOf(args, { ...there, comment, groups: list });
  if (isDeepStrictEqual(wanted, declaredOf(args, there))) return [];
  const note = commentIn(there.comment).record;
  const text = comment === undefined || !note ? comment : withRecord(comment, note);
  return [
    {
      say: `changing the user ${userid}`,
      endpoint: "PUT /access/users/{userid}",
      takes: { userid, comment: text, groups: list },
    },
  ];
}

function tokenSteps(args: Args, { token }: Facts, record: AccessRecord, anew: boolean): Step[] {
  const { privsep, expire, comment } = args.token;
  const [userid, tokenid] = [args.user.id, args.token.name];
  const takes = { userid, tokenid, privsep, expire, comment: withRecord(comment, record) };
  const make: Step = {
    say: `making the token ${tokenId(args)}`,
    endpoint: MAKE_TOKEN,
    takes,
    keepers: args.rotate?.keepers ?? {},
  };
  if (!token) return [make];
  if (anew) return [removeToken(args), make];
  const isEqual =
    isDeepStrictEqual(shownToken(token), { privsep, expire, comment }) &&
    isDeepStrictEqual(token.record && withRecord("", token.record), withRecord("", record));
  if (isEqual) return [];
  return [
    { say: `changing the token ${tokenId(args)}`, endpoint: "PUT /access/users/{userid}/token/{tokenid}", takes },
  ];
}

const removeToken = (args: Args): Step => ({
  say: `removing the token ${tokenId(args)}`,
  endpoint: "DELETE /access/users/{userid}/token/{tokenid}",
  takes: { userid: args.user.id, tokenid: args.token.name },
});

function roleSteps(args: Args, facts: Facts): Step[] {
  const roleid = args.role.name;
  const there = facts.roles.get(roleid);
  const wanted = wantedPrivileges(args, facts);
  const privs = wanted.join(",");
  if (!there) return [{ say: `making the role ${roleid}`, endpoint: "POST /access/roles", takes: { roleid, privs } }];
  if (there.join() === wanted.join()) return [];
  return [{ say: `changing the role ${roleid}`, endpoint: "PUT /access/roles/{roleid}", takes: { roleid, privs } }];
}

function grantSteps(args: Args, facts: Facts, wanted: readonly AclEntry[]): Step[] {
  const there = grantsIn(args, facts);
  const has = (entries: readonly AclEntry[], one: AclEntry) =>
    entries.some((other) => grantWords(other) === grantWords(one));
  const isReplaced = ({ path, roleid, ugid }: AclEntry) =>
    wanted.some((one) => one.path === path && one.roleid === roleid && one.ugid === ugid);
  const surplus = there.filter((one) => !has(wanted, one) && !isReplaced(one) && !isNeeded(args, facts, one));
  return [
    ...wanted.filter((one) => !has(there, one)).map((one) => grant(one)),
    ...surplus.map((one) => grant(one, true)),
  ];
}

/** The user's own entry is what another of our tokens of that user gets its right by. */
const isNeeded = (args: Args, { acl, tokens }: Facts, { type, path, roleid }: AclEntry): boolean =>
  type === "user" &&
  tokens.some(
    ({ user, name, record }) =>
      record !== undefined &&
      user === args.user.id &&
      name !== args.token.name &&
      acl.some((other) => other.ugid === `${user}!${name}` && other.path === path && other.roleid === roleid),
  );

const grant = (entry: AclEntry, remove = false): Step => ({
  say: `${remove ? "taking back" : "granting"} ${grantWords(entry)}`,
  endpoint: "PUT /access/acl",
  takes: {
    path: entry.path,
    roles: entry.roleid,
    propagate: entry.propagate ?? true,
    ...(entry.type === "token" ? { tokens: entry.ugid } : { users: entry.ugid }),
    ...(remove ? { delete: true } : {}),
  },
});

/** The role goes with the last of ours, unless somebody else holds it too. */
function releaseRole(args: Args, facts: Facts, { role, made }: AccessRecord): Step[] {
  const mine = new Set([args.user.id, tokenId(args)]);
  const others = facts.tokens.some(({ record }) => record?.role === role && record.urn !== facts.record?.urn);
  const held = facts.acl.some(({ roleid, ugid }) => roleid === role && !mine.has(ugid));
  if (!made.includes("role") || others || held || !facts.roles.has(role)) return [];
  return [{ say: `removing the role ${role}`, endpoint: "DELETE /access/roles/{roleid}", takes: { roleid: role } }];
}

function takeBack(args: Args, facts: Facts): Step[] {
  const { record, token, users, tokens, acl } = facts;
  if (!record) return [];
  const userid = args.user.id;
  const grants = grantsIn(args, facts).filter((one) => one.type === "user" && !isNeeded(args, facts, one));
  const isAlone =
    !tokens.some((other) => other.user === userid && other !== token) &&
    !acl.some((entry) => entry.ugid === userid && !grants.some((one) => grantWords(one) === grantWords(entry)));
  const removesUser = record.made.includes("user") && isAlone && users.has(userid);
  const removeUser: Step = {
    say: `removing the user ${userid}`,
    endpoint: "DELETE /access/users/{userid}",
    takes: { userid },
  };
  // What tells that it is ours goes last: until then an interrupted run knows what is its own.
  return [
    ...grants.map((one) => grant(one, true)),
    ...releaseRole(args, facts, record),
    ...(removesUser ? [removeUser] : [...(token ? [removeToken(args)] : []), ...handOver(args, facts)]),
  ];
}

/** The note beside a user who stays goes to another of ours, if there is one. */
function handOver(args: Args, { users, tokens }: Facts): Step[] {
  const userid = args.user.id;
  const { comment, record } = commentIn(users.get(userid)?.comment);
  if (record?.token !== args.token.name) return [];
  const heir = tokens.find((other) => other.user === userid && other.name !== args.token.name && other.record);
  return [
    {
      say: `handing the user ${userid} over`,
      endpoint: "PUT /access/users/{userid}",
      takes: { userid, comment: heir?.record ? withRecord(comment, heir.record) : comment },
    },
  ];
}
