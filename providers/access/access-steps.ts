import { isDeepStrictEqual } from "node:util";
import { type Claimant, type Kept, NOTHING, type Standing } from "../core/kind.ts";
import { grantCalls, releaseRole, removeToken } from "./access-calls.ts";
import {
  declaredOf,
  type Facts,
  Generation,
  idOf,
  isOnlyUsed,
  ownGrants,
  shownToken,
  tokenPath,
} from "./access-facts.ts";
import { isRoleOurs, isUserOurs } from "./access-refusals.ts";
import type { Step } from "./access-step.ts";
import { type AclEntry, grantsShown, grantWords, isSameGrant } from "./acl.ts";
import type { Args } from "./api-token-role.args.ts";
import { isShared, wantedPrivileges } from "./grants.ts";
import { type AccessRecord, commentIn, type Made, madeRoles, withRecord } from "./record.ts";
import { keepersDigest, namesOf } from "./rotation.ts";
import { takeBack } from "./take-back.ts";

/** The calls from the world as it is to what is wanted. */
export function steps(who: Claimant, args: Args, facts: Facts, wanted: Standing, kept: Kept): Step[] {
  return wanted === NOTHING ? takeBack(args, facts) : bringAbout(who, args, facts, wanted, kept);
}

function bringAbout({ urn }: Claimant, args: Args, facts: Facts, wanted: Standing, kept: Kept): Step[] {
  const { record: before } = facts;
  const [newest, previous] = wantedTokens(args, wanted);
  const grants = grantsShown(wanted.objects);
  const anew = isAnew(args, facts, newest);
  const record: AccessRecord = {
    urn,
    token: args.token.name,
    role: args.role.name,
    was: [],
    drop: [],
    made: madeBy(args, facts),
    user: grants.flatMap(({ type, path }) => (type === "user" ? [path] : [])),
    generation: newest.generation,
    since: anew || !before ? facts.now : before.since,
    keepers: keepersDigest(args),
  };
  // Until all is done the note tells of what was before as well: an interrupted run finds it by that.
  const during = before ? { ...record, ...heldBefore(before, record), user: union(before.user, record.user) } : record;
  const surplus = facts.mine.filter(({ name }) => name !== newest.name && name !== previous?.name);
  return [
    ...userSteps(args, facts, record),
    ...tokenSteps(args, facts, newest.name, during, anew),
    ...roleSteps(args, facts),
    ...grantSteps(args, facts, grants, anew ? newest.name : undefined),
    ...during.drop.flatMap((role) => releaseRole(args, facts, role)),
    {
      say: `proving what ${idOf(args.user.id, newest.name)} may do`,
      endpoint: "prove",
      id: idOf(args.user.id, newest.name),
      args,
      privileges: wantedPrivileges(args, facts),
      secret: !anew && typeof kept["secret"] === "string" ? kept["secret"] : undefined,
    },
    ...surplus.map((token) => removeToken(token)),
    ...(isDeepStrictEqual(during, record) ? [] : [noteStep(args, newest.name, record)]),
  ];
}

interface WantedToken {
  readonly name: string;
  readonly generation: number;
}

/** The tokens that a preview shows, the newest first. */
function wantedTokens(args: Args, { objects }: Standing): [WantedToken, WantedToken | undefined] {
  const [newest, previous] = namesOf(args)
    .flatMap((name) => {
      const shown = Generation.safeParse(objects[tokenPath(args.user.id, name)]);
      return shown.success ? [{ name, generation: shown.data.generation }] : [];
    })
    .toSorted((a, b) => b.generation - a.generation);
  return [newest ?? { name: args.token.name, generation: 1 }, previous];
}

/** Whether its value has to be made: it is not there, it is due, or nobody knows it any more. */
function isAnew(args: Args, { mine, record, held }: Facts, { name, generation }: WantedToken): boolean {
  const there = mine.find((token) => token.name === name);
  const isKnown = held === idOf(args.user.id, name);
  return !there || !isKnown || generation > (there.record?.generation ?? record?.generation ?? 0);
}

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

/** Roles that this one does not hold any more, and which of them go with the last who holds them. */
function heldBefore(before: AccessRecord, { role }: AccessRecord): Pick<AccessRecord, "was" | "drop"> {
  const isOther = (one: string) => one !== role;
  return { was: union(before.was, [before.role]).filter(isOther), drop: madeRoles(before).filter(isOther) };
}

/** What goes with the last of us: what is not there yet, and what one of us made. */
function madeBy(args: Args, facts: Facts): Made[] {
  const { role, user } = args;
  const makesRole = !isOnlyUsed(args) && !facts.roles.has(role.name);
  return [
    ...(makesRole || isRoleOurs(role.name, facts) ? (["role"] as const) : []),
    ...(!facts.users.has(user.id) || isUserOurs(user.id, facts) ? (["user"] as const) : []),
  ];
}

function userSteps(args: Args, { users }: Facts, record: AccessRecord): Step[] {
  const { id: userid, comment, groups } = args.user;
  const there = users.get(userid);
  const list = groups?.toSorted().join(",");
  if (!there) {
    // Nothing is granted to them yet.
    const note = withRecord(comment ?? "", { ...record, user: [] });
    const takes = { userid, comment: note, groups: list };
    return [{ say: `making the user ${userid}`, endpoint: "POST /access/users", takes, keep: { record } }];
  }
  const wanted = declaredOf(args, { ...there, comment, groups: list });
  if (isDeepStrictEqual(wanted, declaredOf(args, there))) return [];
  const note = commentIn(there.comment).record;
  const text = comment === undefined || !note ? comment : withRecord(comment, note);
  const takes = { userid, comment: text, groups: list };
  return [{ say: `changing the user ${userid}`, endpoint: "PUT /access/users/{userid}", takes }];
}

function tokenSteps(args: Args, facts: Facts, name: string, record: AccessRecord, anew: boolean): Step[] {
  const { privsep, expire, comment } = args.token;
  const takes = { userid: args.user.id, tokenid: name, privsep, expire, comment: withRecord(comment, record) };
  const there = facts.tokens.find((token) => token.user === args.user.id && token.name === name);
  const id = idOf(args.user.id, name);
  if (!there) return [{ say: `making the token ${id}`, endpoint: "make", takes, keep: { record } }];
  // Somebody else's has rights of its own, which go with it.
  if (!facts.mine.includes(there))
    return [removeToken(there), { say: `making the token ${id}`, endpoint: "make", takes, keep: { record } }];
  if (anew) return [{ say: `making the value of ${id} anew`, endpoint: "renew", takes, keep: { record } }];
  const asWanted = { privsep, expire, comment, record };
  const isEqual = isDeepStrictEqual(shownToken(there), shownToken(asWanted)) && isDeepStrictEqual(there.record, record);
  return isEqual ? [] : [noteStep(args, name, record)];
}

const noteStep = (args: Args, name: string, record: AccessRecord): Step => ({
  say: `changing the token ${idOf(args.user.id, name)}`,
  endpoint: "PUT /access/users/{userid}/token/{tokenid}",
  takes: {
    userid: args.user.id,
    tokenid: name,
    privsep: args.token.privsep,
    expire: args.token.expire,
    comment: withRecord(args.token.comment, record),
  },
  keep: { record },
});

function roleSteps(args: Args, facts: Facts): Step[] {
  if (isOnlyUsed(args)) return [];
  const roleid = args.role.name;
  const there = facts.roles.get(roleid);
  const wanted = wantedPrivileges(args, facts);
  const privs = wanted.join(",");
  if (!there) return [{ say: `making the role ${roleid}`, endpoint: "POST /access/roles", takes: { roleid, privs } }];
  if (there.join() === wanted.join()) return [];
  return [{ say: `changing the role ${roleid}`, endpoint: "PUT /access/roles/{roleid}", takes: { roleid, privs } }];
}

/** `anew` is the token whose entries may have gone with it. */
function grantSteps(args: Args, facts: Facts, wanted: readonly AclEntry[], anew: string | undefined): Step[] {
  const lost = anew === undefined ? undefined : idOf(args.user.id, anew);
  const there = ownGrants(args, facts);
  const stands = (one: AclEntry) =>
    one.ugid !== lost && facts.acl.some((other) => grantWords(other) === grantWords(one) && other.type === one.type);
  const surplus = there.filter((one) => !wanted.some((other) => isSameGrant(one, other)) && !isShared(facts, one));
  return [
    ...grantCalls(wanted.filter((one) => !stands(one))),
    // Users first: a token's entry tells that it was there.
    ...grantCalls(surplus, true),
  ];
}
