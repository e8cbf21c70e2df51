import { decoded, encoded } from "../encoded-text.ts";
import { byTree } from "./acl-path.ts";

/** What `user.cfg` holds. Everything is by its id; PVE's built-in roles are not in it. */
export interface UserConfig {
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly pools: Map<string, Pool>;
  /** The privileges of each custom role. */
  readonly roles: Map<string, Set<string>>;
  readonly acl: AclEntry[];
}

export interface User {
  enable: boolean;
  /** Seconds since 1970; 0 is never. */
  expire: number;
  firstname?: string | undefined;
  lastname?: string | undefined;
  email?: string | undefined;
  comment?: string | undefined;
  keys?: string | undefined;
  readonly tokens: Map<string, Token>;
}

export interface Token {
  expire: number;
  privsep: boolean;
  comment?: string | undefined;
}

export interface Group {
  comment?: string | undefined;
  readonly members: Set<string>;
}

export interface Pool {
  comment?: string | undefined;
  readonly guests: Set<number>;
  readonly storages: Set<string>;
}

export interface AclEntry {
  readonly path: string;
  readonly kind: "user" | "group" | "token";
  readonly id: string;
  readonly role: string;
  readonly propagate: boolean;
}

const emptyConfig = (): UserConfig => ({
  users: new Map(),
  groups: new Map(),
  pools: new Map(),
  roles: new Map(),
  acl: [],
});

const ROOT = "root@pam";
const list = (text = ""): string[] => text.split(/[,;\s]+/).filter((item) => item !== "");
const commentIn = (text: string | undefined): string | undefined => (text ? decoded(text) : undefined);

/** Reads `user.cfg`. A line that means nothing, or names what is not there, is passed over, as PVE does. */
export function parseUserConfig(text: string): UserConfig {
  const config = emptyConfig();
  config.users.set(ROOT, { enable: true, expire: 0, tokens: new Map() });
  for (const line of text.split("\n")) {
    const [kind, ...fields] = line
      .trim()
      .split(":")
      .map((field) => field.trim());
    if (kind === "user") readUser(config, fields);
    if (kind === "token") readToken(config, fields);
    if (kind === "group") readGroup(config, fields);
    if (kind === "pool") readPool(config, fields);
    if (kind === "role") readRole(config, fields);
    if (kind === "acl") readAcl(config, fields);
  }
  return config;
}

function readUser(
  { users }: UserConfig,
  [id = "", enable, expire, firstname, lastname, email, comment, keys]: string[],
) {
  users.set(id, {
    enable: enable === "1",
    expire: Number(expire) || 0,
    firstname: commentIn(firstname),
    lastname: commentIn(lastname),
    email: email || undefined,
    comment: commentIn(comment),
    keys: keys || undefined,
    tokens: new Map(),
  });
}

function readToken({ users }: UserConfig, [id = "", expire, privsep, comment]: string[]) {
  const [user = "", token = ""] = id.split("!");
  users.get(user)?.tokens.set(token, {
    expire: Number(expire) || 0,
    privsep: privsep === "1",
    comment: commentIn(comment),
  });
}

function readGroup({ groups }: UserConfig, [id = "", members, comment]: string[]) {
  groups.set(id, { members: new Set(list(members)), comment: commentIn(comment) });
}

function readPool({ pools }: UserConfig, [id = "", comment, guests, storages]: string[]) {
  pools.set(id, {
    comment: commentIn(comment),
    guests: new Set(list(guests).map(Number)),
    storages: new Set(list(storages)),
  });
}

function readRole({ roles }: UserConfig, [id = "", privileges]: string[]) {
  roles.set(id, new Set(list(privileges)));
}

function readAcl({ acl }: UserConfig, [propagate, path = "", holders, roles]: string[]) {
  for (const role of list(roles))
    for (const holder of list(holders)) {
      const [kind, id] = holder.startsWith("@")
        ? (["group", holder.slice(1)] as const)
        : ([holder.includes("!") ? "token" : "user", holder] as const);
      acl.push({ path, kind, id, role, propagate: propagate === "1" });
    }
}

/** Takes the ACLs out that are gone with what they name. */
export function dropAcl({ acl }: UserConfig, isGone: (entry: AclEntry) => boolean): void {
  acl.splice(0, acl.length, ...acl.filter((entry) => !isGone(entry)));
}

/** Writes `user.cfg` byte for byte as PVE does: sections in its order, everything sorted. */
export function printUserConfig({ users, groups, pools, roles, acl }: UserConfig): string {
  const sections = [
    sorted(users).flatMap(([id, user]) => [userLine(id, user), ...tokenLines(id, user)]),
    sorted(groups).map(([id, { members, comment }]) => `group:${id}:${joined(members)}:${encoded(comment)}:`),
    sorted(pools).map(
      ([id, { comment, guests, storages }]) =>
        `pool:${id}:${encoded(comment)}:${joined([...guests].map(String))}:${joined(storages)}:`,
    ),
    sorted(roles).map(([id, privileges]) => `role:${id}:${joined(privileges)}:`),
    aclLines(acl),
  ];
  return sections.map((lines) => lines.map((line) => `${line}\n`).join("")).join("\n");
}

function userLine(id: string, { enable, expire, firstname, lastname, email, comment, keys }: User): string {
  const names = [encoded(firstname), encoded(lastname), email ?? "", encoded(comment), keys ?? ""];
  return `user:${id}:${Number(enable)}:${expire}:${names.join(":")}:`;
}

const tokenLines = (user: string, { tokens }: User): string[] =>
  sorted(tokens).map(
    ([id, { expire, privsep, comment }]) => `token:${user}!${id}:${expire}:${Number(privsep)}:${encoded(comment)}:`,
  );

/** A line for each path, propagation and set of roles, with all who hold just these there. */
function aclLines(acl: readonly AclEntry[]): string[] {
  const kept = acl.filter(({ kind, id }) => !(kind === "user" && id === ROOT));
  const paths = [...new Set(kept.map(({ path }) => path))].toSorted(byTree);
  return paths.flatMap((path) =>
    [false, true].flatMap((propagate) => {
      const holders = new Map<string, string[]>();
      for (const entry of kept)
        if (entry.path === path && entry.propagate === propagate) {
          const holder = entry.kind === "group" ? `@${entry.id}` : entry.id;
          holders.set(holder, [...(holders.get(holder) ?? []), entry.role]);
        }
      const byRoles = Map.groupBy(holders, ([, roles]) => joined(roles));
      return sorted(byRoles).map(
        ([roles, who]) => `acl:${Number(propagate)}:${path}:${joined(who.map(([holder]) => holder))}:${roles}:`,
      );
    }),
  );
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
const joined = (items: Iterable<string>): string => [...items].toSorted().join(",");
