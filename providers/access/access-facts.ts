import { z } from "zod";
import { type Claimant, type CommonFacts, type Last, NOTHING, type Standing } from "../core/kind.ts";
import type { Run } from "../core/session.ts";
import { isNothing } from "../core/standing.ts";
import type { PveApi } from "../pve/api.ts";
import type { Returns } from "../pve/endpoints.ts";
import { apiOf } from "../pve/run-api.ts";
import { list } from "../pve/wire.ts";
import { type AclEntry, grantKey, grantsShown, grantValue } from "./acl.ts";
import type { Args } from "./api-token-role.args.ts";
import { AccessRecord, commentIn } from "./record.ts";
import { keepersDigest, namesOf } from "./rotation.ts";

export type User = Returns<"GET /access/users">[number];

/** What a token of the cluster is, with our note if it is one of ours. */
export interface KnownToken {
  readonly user: string;
  readonly name: string;
  readonly privsep: boolean;
  readonly expire: number;
  readonly comment: string;
  readonly record: AccessRecord | undefined;
}

export interface Facts extends CommonFacts {
  /** Seconds since 1970. */
  readonly now: number;
  readonly major: 8 | 9;
  /** The privileges of each role; those of Proxmox's own too. */
  readonly roles: ReadonlyMap<string, readonly string[]>;
  readonly builtIn: ReadonlySet<string>;
  readonly users: ReadonlyMap<string, User>;
  /** Those that are there, where somebody wants to know. */
  readonly groups: ReadonlySet<string> | undefined;
  readonly realms: ReadonlySet<string> | undefined;
  readonly tokens: readonly KnownToken[];
  readonly acl: readonly AclEntry[];
  /** Whether the whole ACL is told, and every user. */
  readonly seesAll: boolean;
  /** The tokens of these args that are there and ours, the newest first. */
  readonly mine: readonly KnownToken[];
  /** What is noted of the newest; where its note is gone, what the state says, or what stands beside its user. */
  readonly record: AccessRecord | undefined;
  /** The objects that stood last, by their keys; none where the state has none. */
  readonly shownBefore: ReadonlySet<string> | undefined;
  /** The token whose value the state holds; a preview is not told that of a resource that is there. */
  readonly held: string | "unsaid" | undefined;
}

/** What the state keeps of a token role beside what can be read back. */
const Held = z.object({
  tokenId: z.string().optional(),
  secret: z.string().optional(),
  record: AccessRecord.optional(),
});

/** Of a token as a preview shows it. */
export const Generation = z.object({ generation: z.number() });

export const idOf = (user: string, name: string): string => `${user}!${name}`;
export const tokenPath = (user: string, name: string): string => `/access/users/${user}/token/${name}`;

/** The role is somebody else's, and only handed out here. */
export const isOnlyUsed = ({ role }: Args): boolean => !role.privileges && !role.preset;

/** A few lists, read once for all token roles of a run. */
export async function readFacts(_who: Claimant, args: Args, run: Run, last: Last | undefined): Promise<Facts> {
  const api = await apiOf(run);
  const [roles, users, acl, seesAll, groups] = await Promise.all([
    api.read("GET /access/roles", {}, run.since),
    api.read("GET /access/users", { full: true }, run.since),
    api.read("GET /access/acl", {}, run.since),
    seesAllOf(api),
    args.user.groups?.length ? api.read("GET /access/groups", {}, run.since) : undefined,
  ]);
  const isNew = !knownUsers(users).users.has(args.user.id);
  const realms = isNew ? await api.read("GET /access/domains", {}, run.since) : undefined;
  const held = Held.parse(last?.kept ?? {});
  const isUnsaid = last !== undefined && last.kept === undefined;
  const known = { ...knownRoles(roles), ...knownUsers(users) };
  const mine = ours(args, known.tokens, isUnsaid ? "unsaid" : held.tokenId);
  const now = Math.floor(Date.now() / 1000);
  const world = {
    ...known,
    now,
    groups: groups && new Set(groups.map(({ groupid }) => groupid)),
    realms: realms && new Set(realms.map(({ realm }) => realm)),
    acl,
    seesAll,
    shownBefore: last && new Set(Object.keys(last.standing.objects)),
    mine,
    record: mine[0]?.record ?? held.record ?? (last && recordOf(args, last, now)) ?? besideUser(args, known.users),
    held: isUnsaid ? ("unsaid" as const) : heldOf(held, mine),
  };
  return { ...world, standing: standingOf(args, world), claimedBy: world.record?.urn || undefined };
}

/** Whoever asks is the same for the whole run. */
const seesAllOf = once(async (api: PveApi) => {
  const own = await api.call("GET /access/permissions", { path: "/access" });
  return "Sys.Audit" in Rights.parse(own["/access"] ?? {});
});

/** What a list comes to, worked out once for all token roles: there may be hundreds, and hundreds in the list. */
const knownRoles = once((roles: Returns<"GET /access/roles">) => ({
  // 9 took this one apart.
  major: roles.some(({ privs }) => list(privs).includes("VM.Monitor")) ? (8 as const) : (9 as const),
  roles: new Map(roles.map(({ roleid, privs }) => [roleid, list(privs).toSorted()] as const)),
  builtIn: new Set(roles.filter(({ special }) => special).map(({ roleid }) => roleid)),
}));

const knownUsers = once((users: Returns<"GET /access/users">) => ({
  users: new Map(users.map((one) => [one.userid, one] as const)),
  tokens: users.flatMap(tokensOf),
}));

function once<A extends object, B>(work: (of: A) => B): (of: A) => B {
  const done = new WeakMap<A, { readonly is: B }>();
  return (of) => {
    const is = done.get(of) ?? { is: work(of) };
    done.set(of, is);
    return is.is;
  };
}

const Rights = z.record(z.string(), z.unknown());

function tokensOf({ userid, tokens = [] }: User): KnownToken[] {
  return tokens.map(({ tokenid, privsep = true, expire = 0, comment }) => ({
    user: userid,
    name: tokenid,
    privsep,
    expire,
    ...commentIn(comment),
  }));
}

/** Tokens are ours by their note; where somebody took that away, one is by what the state holds. */
function ours(args: Args, tokens: readonly KnownToken[], held: string | "unsaid" | undefined): KnownToken[] {
  const named = tokens.filter(({ user, name }) => user === args.user.id && namesOf(args).includes(name));
  const noted = named
    .filter(({ record }) => record?.token === args.token.name)
    .toSorted((a, b) => (b.record?.generation ?? 0) - (a.record?.generation ?? 0));
  if (noted.length > 0) return noted;
  return named
    .filter(({ user, name, record }) => !record && (held === "unsaid" || held === idOf(user, name)))
    .slice(0, 1);
}

/** The token of which the state holds the value that it has now. */
function heldOf({ tokenId, secret, record }: z.output<typeof Held>, mine: readonly KnownToken[]): string | undefined {
  const token = mine.find(({ user, name }) => idOf(user, name) === tokenId);
  const isOld = token?.record !== undefined && token.record.generation !== record?.generation;
  return token && secret !== undefined && !isOld ? tokenId : undefined;
}

/** What can be told from what stood last: what was not there before any of ours cannot. */
function recordOf(args: Args, { standing }: Last, now: number): AccessRecord | undefined {
  const generations = namesOf(args).flatMap((name) => {
    const shown = Generation.safeParse(standing.objects[tokenPath(args.user.id, name)]);
    return shown.success ? [shown.data.generation] : [];
  });
  if (isNothing(standing)) return undefined;
  const grants = grantsShown(standing.objects);
  const [role = args.role.name, ...was] = new Set(grants.map(({ roleid }) => roleid));
  return {
    urn: "",
    token: args.token.name,
    role,
    was,
    drop: [],
    // What was there before us does not stand there; whoever writes has it from the state.
    made: ["role", "user"],
    user: grants.flatMap(({ type, path }) => (type === "user" ? [path] : [])),
    generation: Math.max(1, ...generations),
    since: now,
    keepers: keepersDigest(args),
  };
}

/** Where an earlier run got no further than the user. */
function besideUser({ user, token }: Args, users: Facts["users"]): AccessRecord | undefined {
  const { record } = commentIn(users.get(user.id)?.comment);
  return record?.token === token.name ? record : undefined;
}

/** Our part as it stands: nothing where nothing says that it is ours. */
function standingOf(args: Args, world: Omit<Facts, "standing" | "claimedBy">): Standing {
  const { mine, record, roles, users } = world;
  if (!record) return NOTHING;
  const user = users.get(args.user.id);
  const role = roles.get(record.role);
  return {
    files: {},
    objects: {
      ...(role && !isOnlyUsed(args) && (record.role === args.role.name || record.made.includes("role"))
        ? { [`/access/roles/${record.role}`]: shownRole(role) }
        : {}),
      ...(user ? known(shownUser(args, user), world.shownBefore) : {}),
      ...Object.fromEntries(mine.map((token) => [tokenPath(token.user, token.name), shownToken(token)])),
      ...Object.fromEntries(ownGrants(args, world).map((grant) => [grantKey(grant), grantValue(grant)])),
    },
  };
}

/** What is declared of a user for the first time was not ours before. */
const known = (shown: Readonly<Record<string, unknown>>, before: ReadonlySet<string> | undefined) =>
  Object.fromEntries(Object.entries(shown).filter(([key]) => !key.includes("?") || (before?.has(key) ?? true)));

/** Of a user just what the args say something of, and what is not empty: the rest is not ours. */
export function declaredOf(
  { user }: Pick<Args, "user">,
  there: Pick<User, "comment" | "groups">,
): Record<string, unknown> {
  const { comment } = commentIn(there.comment);
  const groups = list(there.groups).toSorted();
  return {
    ...(user.comment === undefined || comment === "" ? {} : { comment }),
    ...(user.groups === undefined || groups.length === 0 ? {} : { groups }),
  };
}

/** Each by itself: what was declared before need not be declared now. */
export function shownUser(args: Pick<Args, "user">, there: Pick<User, "comment" | "groups">): Record<string, unknown> {
  const path = `/access/users/${args.user.id}`;
  const declared = Object.entries(declaredOf(args, there)).map(([key, value]) => [`${path}?${key}`, value] as const);
  return { [path]: {}, ...Object.fromEntries(declared) };
}

/** As PVE itself tells a role: so that one more or one fewer is one line of a preview. */
export const shownRole = (privileges: readonly string[]): Record<string, true> =>
  Object.fromEntries(privileges.map((privilege) => [privilege, true]));

export const shownToken = ({ privsep, expire, comment, record }: Omit<KnownToken, "user" | "name">) => ({
  privsep,
  expire,
  comment,
  ...(record ? { generation: record.generation } : {}),
});

/** The entries that are ours: all of the tokens', and the user's where we noted that. */
export function ownGrants({ user }: Args, { acl, mine, record }: Pick<Facts, "acl" | "mine" | "record">): AclEntry[] {
  const ids = mine.map((token) => idOf(token.user, token.name));
  const roles = record ? [record.role, ...record.was] : [];
  return acl.filter(({ type, ugid, path, roleid }) =>
    type === "token"
      ? ids.includes(ugid)
      : type === "user" && ugid === user.id && roles.includes(roleid) && record?.user.includes(path) === true,
  );
}
