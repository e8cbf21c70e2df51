import type { Failure } from "../core/door.ts";
import type { Desired, Effect } from "../core/kind.ts";
import { nearest } from "../core/nearest.ts";
import { type AclEntry, type Facts, grantWords, isOnlyUsed, tokenId } from "./access-facts.ts";
import type { Args } from "./api-token-role.args.ts";
import { presets } from "./presets.ts";

/** The privileges that the role is to have; none where it is used as it is. */
export function wantedPrivileges({ role }: Args, { major, roles }: Pick<Facts, "major" | "roles">): readonly string[] {
  if (role.preset) return [...presets[role.preset](major)].toSorted();
  return [...new Set(role.privileges ?? roles.get(role.name) ?? [])].toSorted();
}

/** Granted to both where the token is separated: what either lacks, the token lacks. */
export function wantedGrants(args: Args): AclEntry[] {
  const holders: Pick<AclEntry, "type" | "ugid">[] = [
    { type: "user", ugid: args.user.id },
    ...(args.token.privsep ? [{ type: "token", ugid: tokenId(args) }] : []),
  ];
  return args.acl
    .flatMap(({ path, propagate }) => holders.map((holder) => ({ path, roleid: args.role.name, propagate, ...holder })))
    .toSorted((a, b) => (grantWords(a) < grantWords(b) ? -1 : 1));
}

export function desired(_name: string, args: Args, facts: Facts): Desired {
  const { user, token, role } = args;
  const privileges = wantedPrivileges(args, facts);
  return {
    standing: {
      files: {},
      objects: {
        ...(isOnlyUsed(args) ? {} : { [`/access/roles/${role.name}`]: privileges }),
        [`/access/users/${user.id}`]: {
          ...(user.comment === undefined ? {} : { comment: user.comment }),
          ...(user.groups === undefined ? {} : { groups: user.groups.toSorted() }),
        },
        [`/access/users/${user.id}/token/${token.name}`]: {
          privsep: token.privsep,
          expire: token.expire,
          comment: token.comment,
        },
        "/access/acl": wantedGrants(args).map(grantWords),
      },
    },
    effects: facts.token ? [] : [newSecret(args)],
    onDelete: [],
    findings: facts.warnings,
    refusals: refusals(args, facts, privileges),
  };
}

const newSecret = (args: Args): Effect => ({
  kind: "secret",
  target: tokenId(args),
  detail: "a new token, whose value is told once",
});

/** What took the place of privileges that 9 does not have any more. */
const REPLACED: Readonly<Record<string, string>> = {
  "VM.Monitor":
    "VM.GuestAgent.Audit (to see), VM.GuestAgent.FileRead, VM.GuestAgent.FileWrite, VM.GuestAgent.FileSystemMgmt or VM.GuestAgent.Unrestricted; and Sys.Audit for the monitor",
};

function refusals(args: Args, facts: Facts, privileges: readonly string[]): Failure[] {
  const { role, user } = args;
  const { roles, builtIn, users, token, tokens, record } = facts;
  const known = new Set([...roles.values()].flat());
  const unknown = privileges.filter((privilege) => !known.has(privilege));
  const there = roles.get(role.name);
  const isOurs = ownersOf(role.name, facts).length > 0;
  const failures: (Failure | false)[] = [
    ...unknown.map((privilege) => ({
      property: "role.privileges",
      reason: unknownWords(privilege, facts.major, known),
    })),
    isOnlyUsed(args) &&
      !there && { property: "role.name", reason: `there is no role ${role.name}: say its privileges, or a preset` },
    !isOnlyUsed(args) &&
      there !== undefined &&
      (!isOurs || builtIn.has(role.name)) &&
      there.join() !== privileges.join() &&
      !args.force && {
        property: "role.name",
        reason: `a role ${role.name} is there that is not ours, and it has other privileges: ${differenceWords(there, privileges)}. Take another name, or leave the privileges out to use it as it is`,
      },
    !users.has(user.id) &&
      !user.create && { property: "user.id", reason: `there is no user ${user.id}, and create is false` },
    token !== undefined &&
      !record && {
        property: "token.name",
        reason: `${tokenId(args)} is there already, and nobody knows its value any more: take another name, or delete it`,
      },
  ];
  const shared = tokens.find(
    (other) =>
      other !== token &&
      other.record?.role === role.name &&
      !isOnlyUsed(args) &&
      there &&
      there.join() !== privileges.join(),
  );
  if (shared?.record && !args.force)
    failures.push({
      property: "role.privileges",
      reason: `the role ${role.name} is shared with ${shared.record.urn}, and has other privileges there: ${differenceWords(there ?? [], privileges)}. Take another name, or set force to change it for both`,
    });
  return failures.filter((failure) => failure !== false);
}

/** Whose tokens hold a role, among those that we made. */
export const ownersOf = (role: string, { tokens, record }: Pick<Facts, "tokens" | "record">) =>
  [...tokens.map((token) => token.record), record].filter((one) => one?.role === role && one.made.includes("role"));

function unknownWords(privilege: string, major: 8 | 9, known: ReadonlySet<string>): string {
  const replaced = REPLACED[privilege];
  if (replaced) return `PVE ${major} does not have ${privilege} any more: use ${replaced}`;
  const meant = nearest(privilege, [...known]);
  return `PVE ${major} here has no privilege ${privilege}${meant ? `; did you mean ${meant}?` : ""}`;
}

function differenceWords(there: readonly string[], wanted: readonly string[]): string {
  const more = there.filter((privilege) => !wanted.includes(privilege)).map((privilege) => `- ${privilege}`);
  const fewer = wanted.filter((privilege) => !there.includes(privilege)).map((privilege) => `+ ${privilege}`);
  return [...more, ...fewer].join(", ");
}
