import type { Finding } from "../core/finding.ts";
import type { CommonFacts, Kept, Standing } from "../core/kind.ts";
import type { Run } from "../core/session.ts";
import type { Returns } from "../pve/endpoints.ts";
import { apiOf, insecureFindings } from "../pve/run-api.ts";
import type { Args } from "./api-token-role.args.ts";
import { type AccessRecord, commentIn } from "./record.ts";

type User = Returns<"GET /access/users">[number];
export type AclEntry = Returns<"GET /access/acl">[number];

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
  readonly major: 8 | 9;
  /** The privileges of each role; those of Proxmox's own too. */
  readonly roles: ReadonlyMap<string, readonly string[]>;
  readonly builtIn: ReadonlySet<string>;
  readonly users: ReadonlyMap<string, User>;
  readonly tokens: readonly KnownToken[];
  readonly acl: readonly AclEntry[];
  /** The token of these args, if it is there. */
  readonly token: KnownToken | undefined;
  /** What to say of the connection. */
  readonly warnings: readonly Finding[];
  /** The note that is ours: beside the token, or, where an earlier run got no further, beside the user. */
  readonly record: AccessRecord | undefined;
}

export const tokenId = ({ user, token }: Pick<Args, "user" | "token">): string => `${user.id}!${token.name}`;

/** The role is somebody else's, and only handed out here. */
export const isOnlyUsed = ({ role }: Args): boolean => !role.privileges && !role.preset;

const list = (text = ""): string[] => text.split(/[,;\s]+/).filter((item) => item !== "");

/** Four lists, read once for all token roles of a run. */
export async function readFacts(_name: string, args: Args, run: Run, _kept: Kept): Promise<Facts> {
  const api = apiOf(run);
  const [version, roles, users, acl] = await Promise.all([
    api.read("GET /version", {}),
    api.read("GET /access/roles", {}, run.since),
    api.read("GET /access/users", { full: true }, run.since),
    api.read("GET /access/acl", {}, run.since),
  ]);
  const tokens = users.flatMap(tokensOf);
  const token = tokens.find(({ user, name }) => user === args.user.id && name === args.token.name);
  const user = users.find(({ userid }) => userid === args.user.id);
  const beside = commentIn(user?.comment).record;
  const record = token ? token.record : beside?.token === args.token.name ? beside : undefined;
  const world = {
    major: Number.parseInt(version.release, 10) >= 9 ? (9 as const) : (8 as const),
    roles: new Map(roles.map(({ roleid, privs }) => [roleid, list(privs).toSorted()] as const)),
    builtIn: new Set(roles.filter(({ special }) => special).map(({ roleid }) => roleid)),
    users: new Map(users.map((one) => [one.userid, one] as const)),
    tokens,
    acl,
    token,
    record,
    warnings: insecureFindings(run),
  };
  return { ...world, standing: standingOf(args, world), claimedBy: record?.urn };
}

const tokensOf = ({ userid, tokens = [] }: User): KnownToken[] =>
  tokens.map(({ tokenid, privsep = true, expire = 0, comment }) => ({
    user: userid,
    name: tokenid,
    privsep,
    expire,
    ...commentIn(comment),
  }));

/** Our part as it stands: nothing where no note says that it is ours. */
function standingOf(args: Args, world: Omit<Facts, "standing" | "claimedBy">): Standing {
  const { token, record, roles, users } = world;
  if (!record) return { files: {}, objects: {} };
  const user = users.get(args.user.id);
  const role = roles.get(record.role);
  return {
    files: {},
    objects: {
      ...(role && !isOnlyUsed(args) ? { [`/access/roles/${record.role}`]: role } : {}),
      ...(user ? { [`/access/users/${args.user.id}`]: declaredOf(args, user) } : {}),
      ...(token ? { [`/access/users/${args.user.id}/token/${token.name}`]: shownToken(token) } : {}),
      "/access/acl": grantsIn(args, world).map(grantWords),
    },
  };
}

/** Of a user just what the args say something of: the rest is not ours. */
export function declaredOf({ user }: Args, there: User): Record<string, unknown> {
  return {
    ...(user.comment === undefined ? {} : { comment: commentIn(there.comment).comment }),
    ...(user.groups === undefined ? {} : { groups: list(there.groups).toSorted() }),
  };
}

export const shownToken = ({ privsep, expire, comment }: Pick<KnownToken, "privsep" | "expire" | "comment">) => ({
  privsep,
  expire,
  comment,
});

/** The entries that are ours: all of the token's, and the user's own for the same or for declared grants. */
export function grantsIn(args: Args, { acl, record }: Pick<Facts, "acl" | "record">): AclEntry[] {
  const ofToken = acl.filter(({ type, ugid }) => type === "token" && ugid === tokenId(args));
  const paths = new Set([...args.acl.map(({ path }) => path), ...ofToken.map(({ path }) => path)]);
  const roles = new Set([args.role.name, record?.role, ...ofToken.map(({ roleid }) => roleid)]);
  const ofUser = acl.filter(
    ({ type, ugid, path, roleid }) => type === "user" && ugid === args.user.id && paths.has(path) && roles.has(roleid),
  );
  return [...ofUser, ...ofToken].toSorted((a, b) => (grantWords(a) < grantWords(b) ? -1 : 1));
}

/** An entry as preview shows it. */
export const grantWords = ({ path, roleid, ugid, propagate = true }: AclEntry): string =>
  `${path}: ${roleid} for ${ugid}${propagate ? ", and below" : ""}`;
