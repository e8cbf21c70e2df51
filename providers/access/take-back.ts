import { Trouble } from "../core/trouble.ts";
import { grantCalls, releaseRole, removeToken } from "./access-calls.ts";
import { type Facts, ownGrants } from "./access-facts.ts";
import { NOT_SEEN } from "./access-refusals.ts";
import type { Step } from "./access-step.ts";
import type { AclEntry } from "./acl.ts";
import type { Args } from "./api-token-role.args.ts";
import { isShared, others } from "./grants.ts";
import { commentIn, madeRoles, withRecord } from "./record.ts";

/** The calls that leave nothing of a token role, and all that others have. */
export function takeBack(args: Args, facts: Facts): Step[] {
  const { record, mine, users } = facts;
  if (!record) return [];
  if (!facts.seesAll)
    throw new Trouble({
      doing: `removing ${args.role.name} of ${args.user.id}`,
      came: NOT_SEEN,
      next: "Nothing was done",
    });
  const userid = args.user.id;
  const grants = ownGrants(args, facts).filter((one) => one.type === "user" && !isShared(facts, one));
  const removesUser = record.made.includes("user") && isAlone(args, facts, grants);
  const removeUser: Step = {
    say: `removing the user ${userid}`,
    endpoint: "DELETE /access/users/{userid}",
    takes: { userid },
  };
  // What tells that it is ours goes last: until then an interrupted run knows what is its own.
  return [
    ...grantCalls(grants, true),
    ...madeRoles(record).flatMap((role) => releaseRole(args, facts, role)),
    ...mine.map((token) => removeToken(token)),
    ...(removesUser ? [removeUser] : users.has(userid) ? handOver(args, facts) : []),
  ];
}

/** Nobody else has to do with the user: no other token, no entry, no group, and nothing that a person has. */
function isAlone({ user: { id, groups = [] } }: Args, { users, tokens, mine, acl }: Facts, ours: AclEntry[]): boolean {
  const user = users.get(id);
  if (!user) return false;
  const inGroups = (user.groups ?? "").split(",").filter((group) => group !== "" && !groups.includes(group));
  const isPerson = [user.email, user.firstname, user.lastname, user.keys].some((text) => text);
  return (
    inGroups.length === 0 &&
    !isPerson &&
    !tokens.some((token) => token.user === id && !mine.includes(token)) &&
    !acl.some((entry) => entry.type === "user" && entry.ugid === id && !ours.includes(entry))
  );
}

/** The note beside a user who stays goes to another of ours, if there is one. */
function handOver(args: Args, facts: Facts): Step[] {
  const userid = args.user.id;
  const { comment, record } = commentIn(facts.users.get(userid)?.comment);
  if (record?.token !== args.token.name) return [];
  const heir = others(facts).find(({ user }) => user === userid)?.record;
  return [
    {
      say: `handing the user ${userid} over`,
      endpoint: "PUT /access/users/{userid}",
      takes: { userid, comment: heir ? withRecord(comment, { ...heir, user: [] }) : comment },
    },
  ];
}
