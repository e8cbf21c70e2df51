import { ApiError, died, forbidden } from "../api/api-error.ts";
import { listItems } from "../schema/formats.ts";
import type { Release, Permissions as Rule } from "../schema/schema.ts";
import { normalPath } from "./acl-path.ts";
import { permissions } from "./permissions.ts";
import type { UserConfig } from "./user-config.ts";

/** Who asks, for what: a user's id or a token's, none where nobody logged in. */
export interface Asker {
  readonly config: UserConfig;
  readonly release: Release;
  readonly holder: string | undefined;
}

type Params = Readonly<Record<string, unknown>>;
type Condition = readonly unknown[];

const ROOT = "root@pam";

/** Throws a 403 in PVE's words unless the schema's rule lets the asker call the method with these parameters. */
export function authorize(asker: Asker, rule: Rule | undefined, params: Params): void {
  const { holder } = asker;
  if (holder === undefined) {
    if (rule?.user === "world") return;
    throw forbidden("user != null");
  }
  if (holder === ROOT) return;
  if (!rule) throw forbidden("user != root@pam");
  if (rule.user === "all") return;
  if (!rule.check) throw forbidden();
  hold({ ...asker, holder }, rule.check, params);
}

type Known = Asker & { readonly holder: string };

function hold(asker: Known, [name, ...rest]: Condition, params: Params): void {
  const test = tests[String(name)];
  if (!test) throw died(`unknown permission test '${String(name)}'`);
  test(asker, rest, params);
}

const tests: Readonly<Record<string, (asker: Known, rest: Condition, params: Params) => void>> = {
  and: (asker, parts, params) => {
    for (const part of conditions(parts)) hold(asker, part, params);
  },
  or: (asker, parts, params) => {
    if (!conditions(parts).some((part) => holds(asker, part, params))) throw forbidden();
  },
  perm: holdPrivileges,
  "perm-modify": holdModify,
  "userid-group": holdUsersGroup,
  "userid-param": holdUser,
};

function holds(asker: Known, condition: Condition, params: Params): boolean {
  try {
    hold(asker, condition, params);
    return true;
  } catch (thrown) {
    if (thrown instanceof ApiError) return false;
    throw thrown;
  }
}

/** `[path, privileges, option, value, …]` */
function holdPrivileges(asker: Known, [template, wanted, ...options]: Condition, params: Params): void {
  const required = option(options, "require_param");
  if (required !== undefined && params[String(required)] === undefined) throw forbidden();
  need(asker, path(template, params) ?? "/", texts(wanted), option(options, "any") !== undefined);
}

/** Throws unless the asker has all of the privileges on the path, or any of them. */
export function need({ config, release, holder }: Known, at: string, wanted: readonly string[], any: boolean): void {
  const held = permissions(config, release, holder, at);
  if (any) {
    if (!wanted.some((privilege) => held.has(privilege))) throw forbidden(`${at}, ${wanted.join("|")}`);
    return;
  }
  const missing = wanted.find((privilege) => !held.has(privilege));
  if (missing !== undefined) throw forbidden(`${at}, ${missing}`);
}

const has = (asker: Known, at: string, wanted: readonly string[]): boolean => {
  const held = permissions(asker.config, asker.release, asker.holder, at);
  return wanted.some((privilege) => held.has(privilege));
};

/** Who may set ACLs on a path: Permissions.Modify, or whoever may allocate what lies there. */
function holdModify(asker: Known, [template]: Condition, params: Params): void {
  const at = path(template, params);
  if (at === undefined) throw forbidden();
  need(asker, at, modifiers(at), true);
}

/** The privileges each of which lets one set ACLs on a path. */
export function modifiers(at: string): string[] {
  const [, area = "", below] = at.split("/");
  const allocate = { storage: "Datastore.Allocate", vms: "VM.Allocate", pool: "Pool.Allocate" }[area];
  return ["Permissions.Modify", ...(allocate && below ? [allocate] : [])];
}

function holdUsersGroup(asker: Known, [wanted, ...options]: Condition, params: Params): void {
  const privileges = texts(wanted);
  const groupsOf = option(options, "groups_param");
  const userid = String(params["userid"] ?? "");
  const exists = groupsOf !== "create";
  if (exists && !asker.config.users.has(userid)) throw died(`no such user ('${userid}')`);
  if (has(asker, "/access/groups", privileges)) return;
  const mine = [...asker.config.groups.keys()].filter((group) => has(asker, `/access/groups/${group}`, privileges));
  if (groupsOf !== undefined) {
    const groups = listItems(String(params["groups"] ?? ""));
    if (groups.length === 0) throw forbidden(`/access/groups, ${privileges.join("|")}`);
    const foreign = groups.find((group) => !mine.includes(group));
    if (foreign !== undefined) throw forbidden(`/access/groups/${foreign}, ${privileges.join("|")}`);
  }
  if (exists && !mine.some((group) => asker.config.groups.get(group)?.members.has(userid))) throw forbidden();
}

function holdUser(asker: Known, [test]: Condition, params: Params): void {
  const userid = String(params["userid"] ?? "");
  if (test === "self") {
    if (!asker.config.users.has(userid)) throw died(`no such user ('${userid}')`);
    if (asker.holder !== userid) throw forbidden();
  } else need(asker, `/access/realm/${userid.split("@").at(-1)}`, ["Realm.AllocateUser"], false);
}

const conditions = (parts: Condition): Condition[] => parts.filter((part) => Array.isArray(part));
const texts = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);

/** The value of an option in a flat list of names and values. */
const option = (options: Condition, name: string): unknown => {
  const at = options.indexOf(name);
  return at < 0 ? undefined : options[at + 1];
};

/** A path of the schema with its places filled from the parameters. */
const path = (template: unknown, params: Params): string | undefined =>
  normalPath(String(template).replace(/\{([^}]+)\}/g, (_, name: string) => String(params[name] ?? "-")));
