import { createHash } from "node:crypto";
import { NUMBERS } from "../../access/realm-types.ts";
import { asRead, isOn, printRealms, type Realm, tfaType, withBuiltIn, withDefault } from "../../access/realms.ts";
import type { Cluster } from "../../cluster.ts";
import { listItems } from "../../schema/formats.ts";
import type { Release } from "../../schema/schema.ts";
import { ApiError, died } from "../api-error.ts";
import type { Call, Handler, Params } from "../call.ts";
import { orFails } from "../or-fails.ts";
import { type Given, given, mustFit, mustHaveAll, typeIn } from "./realm-options.ts";

/** Where PVE stumbles over a realm that is not there. */
const STUMBLES: Readonly<Record<Release, number>> = { "8.4": 246, "9.2": 261 };

const digestOf = ({ realms }: Cluster): string => createHash("sha1").update(printRealms(realms)).digest("hex");

const list: Handler = ({ cluster }) =>
  [...cluster.realms].map(([realm, found]) => {
    const [comment, tfa] = [found.options.get("comment"), tfaType(found)];
    return {
      realm,
      type: found.type,
      ...(comment ? { comment } : {}),
      ...(isOn(found.options.get("default")) ? { default: 1 } : {}),
      ...(tfa ? { tfa } : {}),
    };
  });

const read: Handler = ({ cluster, params }) => {
  const realm = cluster.realms.get(params.text("realm"));
  if (!realm) throw died(`domain '${params.text("realm")}' does not exist`);
  const { type, options } = realm;
  const told = [...options].map(([key, value]) => [key, NUMBERS.has(key) ? Number(value) : value]);
  // PVE's own note of where it would find the type gets out, for this type alone.
  const plugin = type === "pam" ? { plugin: "PVE::Auth::PAM" } : {};
  return { type, ...plugin, ...Object.fromEntries(told), digest: digestOf(cluster) };
};

const create: Handler = ({ cluster, params }) =>
  orFails("add auth server failed", () => {
    const [name, type] = [params.text("realm"), typeIn(params)];
    if (cluster.realms.has(name)) throw died(`domain '${name}' already exists`);
    if (type === "pam" || type === "pve") throw died(`unable to create builtin type '${type}'`);
    mustNotConnect(params, type);
    const options = given(params, type);
    mustFit(type, options);
    mustHaveAll(type, options);
    save(cluster, name, { type, options: written(options), bindPassword: bindPassword(params, type) }, options);
    return null;
  });

const update: Handler = (call) =>
  orFails("update auth server failed", () => {
    const { cluster, params } = call;
    const name = params.text("realm");
    const digest = params.maybe("digest");
    if (digest && digest !== digestOf(cluster))
      throw died("detected modified configuration - file changed by other user? Try again.");
    const realm = cluster.realms.get(name);
    mustNotConnect(params, realm?.type);
    const dropped = listItems(params.text("delete"));
    if (!params.text("delete") && params.keys("realm", "digest", "check-connection", "delete").length === 0)
      throw died("no options specified");
    if (!realm) throw stumbled(call);
    const options = given(params, realm.type);
    mustFit(realm.type, options);
    const left = new Map([...realm.options].filter(([key]) => !dropped.includes(key)));
    const all = new Map([...left, ...options]);
    mustHaveAll(realm.type, all, (key) => `section '${name}' - missing value for required option '${key}'`);
    const kept = dropped.includes("password") ? undefined : realm.bindPassword;
    const changed = { type: realm.type, options: written(all), bindPassword: bindPassword(params, realm.type) ?? kept };
    save(cluster, name, changed, options);
    return null;
  });

const stumbled = ({ node }: Call) =>
  died(`cannot lookup undefined type! at /usr/share/perl5/PVE/API2/Domains.pm line ${STUMBLES[node.release]}.`);

/** Users of the realm stay, and cannot log in; one of PVE's own two is as new. */
const remove: Handler = ({ cluster, params }) =>
  orFails("delete auth server failed", () => {
    const name = params.text("realm");
    if (!cluster.realms.has(name)) throw died(`authentication domain '${name}' does not exist`);
    cluster.realms = withBuiltIn(new Map([...cluster.realms].filter(([realm]) => realm !== name)));
    return null;
  });

function save(cluster: Cluster, name: string, realm: Realm, asked: Given): void {
  const others = isOn(asked.get("default")) ? withDefault(cluster.realms, name) : cluster.realms;
  cluster.realms = withBuiltIn(new Map([...others, [name, realm]]));
}

/** As the file has it when it is read again. */
const written = (options: Given): Given =>
  new Map([...options].flatMap(([key, value]) => asRead(key, value).map((text) => [key, text])));

const bindPassword = (params: Params, type: string): string | undefined =>
  type === "ad" || type === "ldap" ? params.maybe("password") : undefined;

function mustNotConnect(params: Params, type: string | undefined): void {
  if (!params.has("check-connection")) return;
  if (type !== "ad" && type !== "ldap")
    throw died("'check-connection' parameter can only be set for realms of type 'ldap' or 'ad'");
  if (params.flag("check-connection")) throw new ApiError(501, "a directory server is not part of the lab");
}

export const domains: Readonly<Record<string, Handler>> = {
  "GET /access/domains": list,
  "POST /access/domains": create,
  "GET /access/domains/{realm}": read,
  "PUT /access/domains/{realm}": update,
  "DELETE /access/domains/{realm}": remove,
};
