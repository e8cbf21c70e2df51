import { isDeepStrictEqual } from "node:util";
import type { Failure } from "../core/door.ts";
import { nearest } from "../core/nearest.ts";
import { declaredOf, type Facts, idOf, isOnlyUsed } from "./access-facts.ts";
import { type AclEntry, grantWords, isBelow } from "./acl.ts";
import type { Args } from "./api-token-role.args.ts";
import { changedForOthers, hidden, others, wantedPrivileges } from "./grants.ts";
import { commentIn } from "./record.ts";
import type { Turn } from "./rotation.ts";

/** What took the place of privileges that 9 does not have any more. */
const REPLACED: Readonly<Record<string, string>> = {
  "VM.Monitor":
    "VM.GuestAgent.Audit (to see), VM.GuestAgent.FileRead, VM.GuestAgent.FileWrite, VM.GuestAgent.FileSystemMgmt or VM.GuestAgent.Unrestricted; and Sys.Audit for the monitor",
};

/** Why this cannot be, or would take something from somebody; `force` goes over the second. */
export function refusals(args: Args, facts: Facts, turn: Turn, grants: readonly AclEntry[]): Failure[] {
  const impossible = [
    ...unknownPrivileges(args, facts),
    ...notSeen(facts),
    ...builtInRole(args, facts),
    ...past(args, facts),
    ...siblingsToken(args, facts, turn),
  ];
  if (args.force) return impossible;
  return [
    ...impossible,
    ...takenToken(args, facts, turn),
    ...othersUser(args, facts),
    ...othersRole(args, facts),
    ...othersRights(args, facts, grants),
    ...nestedSiblings(args, facts),
  ];
}

/** What has to be there by the time of writing: another resource of the same program may bring it. */
export function awaited(args: Args, facts: Facts): Failure[] {
  const { role, user } = args;
  const groups = (user.groups ?? []).filter((group) => facts.groups && !facts.groups.has(group));
  const realm = user.id.slice(user.id.lastIndexOf("@") + 1);
  return [
    ...(facts.realms && !facts.realms.has(realm)
      ? [{ property: "user.id", reason: `there is no realm ${realm}, only ${[...facts.realms].toSorted().join(", ")}` }]
      : []),
    ...(isOnlyUsed(args) && !facts.roles.has(role.name)
      ? [{ property: "role.name", reason: noRole(role.name, facts) }]
      : []),
    ...(!facts.users.has(user.id) && !user.create
      ? [{ property: "user.id", reason: `there is no user ${user.id}, and create is false` }]
      : []),
    ...groups.map((group) => ({ property: "user.groups", reason: `there is no group ${group}` })),
  ];
}

function noRole(name: string, { roles }: Facts): string {
  const meant = nearest(name, [...roles.keys()]);
  return `there is no role ${name}${meant ? `; did you mean ${meant}?` : ""} Say its privileges, or a preset, to have it made`;
}

function unknownPrivileges(args: Args, facts: Facts): Failure[] {
  const known = new Set([...facts.roles.values()].flat());
  return wantedPrivileges(args, facts)
    .filter((privilege) => !known.has(privilege))
    .map((privilege) => ({ property: "role.privileges", reason: unknownWords(privilege, facts.major, known) }));
}

function unknownWords(privilege: string, major: 8 | 9, known: ReadonlySet<string>): string {
  const replaced = REPLACED[privilege];
  if (replaced && major === 9) return `PVE 9 does not have ${privilege} any more: use ${replaced}`;
  const meant = nearest(privilege, [...known]);
  return `PVE ${major} here has no privilege ${privilege}${meant ? `; did you mean ${meant}?` : ""}`;
}

/** Who sees a part of the ACL alone cannot tell who else holds a role, and would take it from them. */
const notSeen = ({ seesAll }: Facts): Failure[] => (seesAll ? [] : [{ property: "", reason: NOT_SEEN }]);

export const NOT_SEEN =
  "whoever this stack connects as lacks Sys.Audit on /access, and is shown just a part of the users and of the ACL: others could lose what is not seen. Give it that (the preset pulumi-tokens has it)";

const builtInRole = (args: Args, { roles, builtIn }: Facts): Failure[] =>
  !isOnlyUsed(args) && builtIn.has(args.role.name) && roles.has(args.role.name)
    ? [
        {
          property: "role.name",
          reason: `${args.role.name} is Proxmox's own: leave out the privileges to use it as it is, or take another name`,
        },
      ]
    : [];

const past = ({ token }: Args, { mine, now }: Facts): Failure[] =>
  token.expire > 0 && token.expire <= now && mine.length === 0
    ? [{ property: "token.expire", reason: "that is past already: such a token could not log in" }]
    : [];

/** With an overlap the other name of one may be that of another: that one's value would end. */
function siblingsToken({ user, token }: Args, { tokens }: Facts, { name }: Turn): Failure[] {
  const there = tokens.find((one) => one.user === user.id && one.name === name);
  if (!there?.record || there.record.token === token.name) return [];
  return [
    { property: "token.name", reason: `${idOf(user.id, name)} belongs to ${there.record.urn}: take another name` },
  ];
}

function takenToken({ user }: Args, { tokens, mine }: Facts, { name }: Turn): Failure[] {
  const there = tokens.find((token) => token.user === user.id && token.name === name);
  if (!there || mine.includes(there) || there.record) return [];
  return [
    {
      property: "token.name",
      reason: `${idOf(user.id, name)} is there already, and nobody knows its value any more: take another name, delete it, or set force to have it made anew`,
    },
  ];
}

/** A user who was there before us says something else of themselves. */
function othersUser(args: Args, facts: Facts): Failure[] {
  const { user } = args;
  const there = facts.users.get(user.id);
  if (!there || isUserOurs(user.id, facts)) return [];
  const isDeclared = (key: string) =>
    facts.shownBefore?.has(`/access/users/${user.id}?${key}`) ?? facts.record !== undefined;
  const stands = declaredOf(args, there);
  return Object.entries(declaredOf(args, { comment: user.comment, groups: user.groups?.join() })).flatMap(
    ([key, value]) =>
      stands[key] === undefined || isDeclared(key) || isDeepStrictEqual(stands[key], value)
        ? []
        : [
            {
              property: `user.${key}`,
              reason: `${user.id} is there already, with ${JSON.stringify(stands[key])}: say the same, leave it out, or set force`,
            },
          ],
  );
}

function othersRole(args: Args, facts: Facts): Failure[] {
  const { role } = args;
  const there = facts.roles.get(role.name);
  const wanted = wantedPrivileges(args, facts);
  if (isOnlyUsed(args) || !there || facts.builtIn.has(role.name) || there.join() === wanted.join()) return [];
  const difference = differenceWords(there, wanted);
  const sharing = others(facts).find(({ record }) => record.role === role.name);
  if (sharing)
    return [
      {
        property: "role.privileges",
        reason: `the role ${role.name} is shared with ${sharing.record.urn}, and has other privileges there: ${difference}. Take another name, or set force to change it for both`,
      },
    ];
  if (isRoleOurs(role.name, facts)) return [];
  return [
    {
      property: "role.name",
      reason: `a role ${role.name} is there that is not ours, and it has other privileges: ${difference}. Take another name, or leave the privileges out to use it as it is`,
    },
  ];
}

/** Whether one of our token roles made the user. */
export const isUserOurs = (
  user: string,
  { tokens, users, record }: Pick<Facts, "tokens" | "users" | "record">,
): boolean =>
  [
    ...tokens.filter((token) => token.user === user).map((token) => token.record),
    commentIn(users.get(user)?.comment).record,
    record,
  ].some((note) => note?.made.includes("user"));

/** Whether one of our token roles made the role. Anybody can write a note beside a token of their own, not hold a role. */
export const isRoleOurs = (role: string, { tokens, acl, record }: Pick<Facts, "tokens" | "acl" | "record">): boolean =>
  [
    ...tokens
      .filter(({ user, name }) =>
        acl.some((entry) => entry.roleid === role && (entry.ugid === user || entry.ugid === idOf(user, name))),
      )
      .map((token) => token.record),
    record,
  ].some((note) => (note?.made.includes("role") && note.role === role) || note?.drop.includes(role));

/** A nearer entry replaces all that stands farther away: whoever was there before would lose that. */
function othersRights(args: Args, facts: Facts, grants: readonly AclEntry[]): Failure[] {
  const { user } = args;
  // Whom one of us made, nobody else goes by.
  if (!facts.users.has(user.id) || isUserOurs(user.id, facts)) return [];
  return grants
    .filter(({ type }) => type === "user")
    .flatMap((grant) => {
      const lost = hidden(args, facts, grant);
      const changed = changedForOthers(args, facts, grant);
      if (changed)
        return {
          property: "acl",
          reason: `${grantWords(changed)}: that is there already and others go by it; here propagate says otherwise. Say the same, or set force to change it`,
        };
      if (lost.length === 0) return [];
      return {
        property: "user.id",
        reason: `${user.id} would lose rights: an entry of their own on ${grant.path} hides what they have from above or by a group there (${some(lost)}). Take a user for this token alone, or set force`,
      };
    });
}

/** Two roles of one user, one below the other: the nearer one replaces the other there, for both tokens. */
const nestedSiblings = (args: Args, facts: Facts): Failure[] =>
  others(facts)
    .filter(({ user, record }) => user === args.user.id && record.role !== args.role.name)
    .flatMap(({ record }) =>
      args.acl
        .filter(({ path }) => record.user.some((other) => isBelow(path, other) || isBelow(other, path)))
        .slice(0, 1)
        .map(({ path }) => ({
          property: "acl",
          reason: `${record.urn} has the same user, and the role ${record.role} above or below ${path}: what is nearer replaces what is farther away, for both tokens. Take a user for each, or set force`,
        })),
    );

const some = (privileges: readonly string[]): string =>
  privileges.length > 6
    ? `${privileges.slice(0, 5).join(", ")} and ${privileges.length - 5} more`
    : privileges.join(", ");

function differenceWords(there: readonly string[], wanted: readonly string[]): string {
  const more = there.filter((privilege) => !wanted.includes(privilege)).map((privilege) => `- ${privilege}`);
  const fewer = wanted.filter((privilege) => !there.includes(privilege)).map((privilege) => `+ ${privilege}`);
  return [...more, ...fewer].join(", ");
}
