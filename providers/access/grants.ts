import { list } from "../pve/wire.ts";
import { type Facts, idOf, isOnlyUsed, type KnownToken } from "./access-facts.ts";
import { type AclEntry, counting, grantWords } from "./acl.ts";
import type { Args } from "./api-token-role.args.ts";
import { presets } from "./presets.ts";
import type { AccessRecord } from "./record.ts";

/** The privileges that the role is to have; those that it has where it is used as it is. */
export function wantedPrivileges({ role }: Args, { major, roles }: Pick<Facts, "major" | "roles">): readonly string[] {
  if (role.preset) return [...presets[role.preset](major)].toSorted();
  return [...new Set(role.privileges ?? roles.get(role.name) ?? [])].toSorted();
}

/** Granted to tokens that are separated, and to their user as far as the user may not do it anyway. */
export function wantedGrants(args: Args, facts: Facts, tokens: readonly string[]): AclEntry[] {
  const { role, user, token } = args;
  const holders = token.privsep ? tokens.map((name) => idOf(user.id, name)) : [];
  const ofTokens = args.acl.flatMap(({ path, propagate }) =>
    holders.map((ugid) => ({ path, roleid: role.name, propagate, type: "token", ugid })),
  );
  return [...userGrants(args, facts), ...ofTokens].toSorted((a, b) => (grantWords(a) < grantWords(b) ? -1 : 1));
}

/** Where the user needs an entry: where what others gave them does not do. */
export function userGrants(args: Args, facts: Facts): AclEntry[] {
  const { role, user } = args;
  if (user.id === "root@pam") return [];
  const wanted = wantedPrivileges(args, facts);
  return args.acl.flatMap(({ path, propagate }) => {
    const there = foreignOn(args, facts, path);
    const enough = there.filter(({ propagate: goesOn = true }) => goesOn || !propagate);
    const held = privilegesOf(enough, facts);
    const isDenied = there.some(({ roleid }) => roleid === "NoAccess");
    if (!isDenied && wanted.length > 0 && wanted.every((privilege) => held.has(privilege))) return [];
    return { path, roleid: role.name, propagate, type: "user", ugid: user.id };
  });
}

/** What counts for the user on a path of what is not ours, nor of another token role. */
function foreignOn({ user }: Args, facts: Facts, path: string): AclEntry[] {
  const known = facts.users.get(user.id);
  const notes = notesOf(user.id, facts);
  const foreign = facts.acl.filter((entry) => !notes.some((note) => isNotedIn(note, entry, user.id)));
  // What is declared is what the user will be in.
  return counting(foreign, user.id, user.groups ?? list(known?.groups), path);
}

const privilegesOf = (entries: readonly AclEntry[], { roles }: Pick<Facts, "roles">): Set<string> =>
  new Set(entries.flatMap(({ roleid }) => roles.get(roleid) ?? []));

/** Our notes on all tokens of a user. */
const notesOf = (user: string, { tokens, record }: Pick<Facts, "tokens" | "record">): AccessRecord[] => [
  ...tokens.flatMap((token) => (token.user === user && token.record ? [token.record] : [])),
  ...(record ? [record] : []),
];

const isNotedIn = (
  { user, role, was }: AccessRecord,
  { type, ugid, path, roleid }: AclEntry,
  userid: string,
): boolean => type === "user" && ugid === userid && user.includes(path) && (roleid === role || was.includes(roleid));

/** Tokens that other token roles made. */
export const others = ({ tokens, mine }: Pick<Facts, "tokens" | "mine">): Noted[] =>
  tokens.filter((token): token is Noted => token.record !== undefined && !mine.includes(token));

type Noted = KnownToken & { readonly record: AccessRecord };

/** The user's own entry is what another token role has its right by, too. */
export const isShared = (facts: Pick<Facts, "tokens" | "mine">, entry: AclEntry): boolean =>
  others(facts).some(({ user, record }) => user === entry.ugid && isNotedIn(record, entry, user));

/** What the user may do by what others gave them, and could no more if an entry of their own stood nearer. */
export function hidden(args: Args, facts: Facts, { path, roleid }: AclEntry): readonly string[] {
  const wanted = new Set(wantedPrivileges(args, facts));
  const there = foreignOn(args, facts, path).filter((entry) => entry.path !== path || entry.type === "group");
  if (isOnlyUsed(args) && !facts.roles.has(roleid)) return [];
  return [...privilegesOf(there, facts)].filter((privilege) => !wanted.has(privilege)).toSorted();
}

/** The user's own entry of the same role that is there, is not ours, and goes on below where ours would not, or not. */
export const changedForOthers = (args: Args, facts: Facts, grant: AclEntry): AclEntry | undefined =>
  facts.acl.find(
    (entry) =>
      entry.type === "user" &&
      entry.ugid === grant.ugid &&
      entry.path === grant.path &&
      entry.roleid === grant.roleid &&
      (entry.propagate ?? true) !== grant.propagate &&
      (isShared(facts, entry) || !(facts.record && isNotedIn(facts.record, entry, args.user.id))),
  );
