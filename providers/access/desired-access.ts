import type { Finding } from "../core/finding.ts";
import type { Claimant, Desired, Effect } from "../core/kind.ts";
import {
  type Facts,
  idOf,
  isOnlyUsed,
  ownGrants,
  shownRole,
  shownToken,
  shownUser,
  tokenPath,
} from "./access-facts.ts";
import { awaited, refusals } from "./access-refusals.ts";
import { grantKey, grantValue, grantWords } from "./acl.ts";
import type { Args } from "./api-token-role.args.ts";
import { wantedGrants, wantedPrivileges } from "./grants.ts";
import { type Turn, turnOf } from "./rotation.ts";

const DAY = 86_400;
/** Days before a token's end in which every preview says so. */
const NOTICE = 14;

export function desired(_who: Claimant, args: Args, facts: Facts): Desired {
  const { user, token, role } = args;
  const turn = turnOf(args, facts);
  const standing = turn.previous === undefined ? [turn.name] : [turn.name, turn.previous];
  const grants = wantedGrants(args, facts, standing);
  // It stays as it is.
  const previous = facts.mine.find(({ name }) => name === turn.previous);
  return {
    standing: {
      files: {},
      objects: {
        ...(isOnlyUsed(args) ? {} : { [`/access/roles/${role.name}`]: shownRole(wantedPrivileges(args, facts)) }),
        ...shownUser(args, { comment: user.comment, groups: user.groups?.join() }),
        [tokenPath(user.id, turn.name)]: {
          privsep: token.privsep,
          expire: token.expire,
          comment: token.comment,
          generation: turn.generation,
        },
        ...(previous ? { [tokenPath(user.id, previous.name)]: shownToken(previous) } : {}),
        ...Object.fromEntries(grants.map((grant) => [grantKey(grant), grantValue(grant)])),
      },
    },
    effects: effects(args, facts, turn),
    onDelete: [],
    findings: () => [...ending(args, facts, turn), ...heldByOthers(args, facts)],
    refusals: refusals(args, facts, turn, grants),
    awaited: awaited(args, facts),
  };
}

function effects(args: Args, { mine, record, held }: Facts, { name, generation, previous }: Turn): Effect[] {
  const id = idOf(args.user.id, name);
  const secret = (target: string, detail: string): Effect => ({ kind: "secret", target, detail });
  const gone = mine
    .filter((token) => token.name !== name && token.name !== previous)
    .map((token) => secret(idOf(token.user, token.name), "goes: another one has taken its place"));
  const isKept = held === "unsaid" || held === id;
  if (record && generation === record.generation && mine.length > 0 && isKept) return gone;
  const what = `value ${generation}, which is told once`;
  if (previous !== undefined) return [secret(id, `${what}; ${previous} stays good beside it for a while`), ...gone];
  return [
    secret(id, mine.some((one) => one.name === name) ? `${what}; the one before is good for nothing then` : what),
    ...gone,
  ];
}

function ending({ user, token }: Args, { now, mine }: Facts, { name }: Turn): Finding[] {
  const isThere = mine.some((one) => one.name === name);
  if (!isThere || token.expire === 0 || token.expire > now + NOTICE * DAY) return [];
  const id = idOf(user.id, name);
  const days = Math.ceil((token.expire - now) / DAY);
  const message =
    token.expire <= now ? `${id} has expired: nobody can log in with it.` : `${id} expires in ${days} days.`;
  return [{ level: "warning", code: "expires", target: id, message }];
}

/** Whoever else holds a role gets what it gets, and loses what it loses. */
function heldByOthers(args: Args, facts: Facts): Finding[] {
  const { name } = args.role;
  const there = facts.roles.get(name);
  if (!there || isOnlyUsed(args) || there.join() === wantedPrivileges(args, facts).join()) return [];
  const ours = ownGrants(args, facts);
  const holders = facts.acl.filter((entry) => entry.roleid === name && !ours.includes(entry)).map(grantWords);
  if (holders.length === 0) return [];
  const message = `The role ${name} would change, and others hold it too (${holders.join("; ")}).`;
  return [{ level: "warning", code: "role-held-by-others", target: name, message }];
}
