import type { Answer, Command } from "../command.ts";
import { failed } from "./arguments.ts";
import { callOptions, formatOf, pveArguments } from "./pve-arguments.ts";
import { asRoot } from "./root-call.ts";
import { shownAs } from "./shown.ts";

/** A subcommand: the call that it makes, and the names of the words that follow it. */
interface Way {
  readonly call: string;
  readonly words: readonly string[];
  readonly fixed?: Readonly<Record<string, string>>;
}

const of = (call: string, ...words: readonly string[]): Way => ({ call, words });

const TOKEN = "/access/users/{userid}/token/{tokenid}";

const WAYS: Readonly<Record<string, Way>> = {
  "user list": of("GET /access/users"),
  "user add": of("POST /access/users", "userid"),
  "user modify": of("PUT /access/users/{userid}", "userid"),
  "user delete": of("DELETE /access/users/{userid}", "userid"),
  "user permissions": of("GET /access/permissions", "userid"),
  "user token list": of("GET /access/users/{userid}/token", "userid"),
  "user token add": of(`POST ${TOKEN}`, "userid", "tokenid"),
  "user token modify": of(`PUT ${TOKEN}`, "userid", "tokenid"),
  "user token remove": of(`DELETE ${TOKEN}`, "userid", "tokenid"),
  "user token delete": of(`DELETE ${TOKEN}`, "userid", "tokenid"),
  "group list": of("GET /access/groups"),
  "group add": of("POST /access/groups", "groupid"),
  "group modify": of("PUT /access/groups/{groupid}", "groupid"),
  "group delete": of("DELETE /access/groups/{groupid}", "groupid"),
  "role list": of("GET /access/roles"),
  "role add": of("POST /access/roles", "roleid"),
  "role modify": of("PUT /access/roles/{roleid}", "roleid"),
  "role delete": of("DELETE /access/roles/{roleid}", "roleid"),
  "acl list": of("GET /access/acl"),
  "acl modify": of("PUT /access/acl", "path"),
  "acl delete": { call: "PUT /access/acl", words: ["path"], fixed: { delete: "1" } },
  "realm list": of("GET /access/domains"),
};

/** Older names of some. */
const ALIASES: Readonly<Record<string, string>> = {
  useradd: "user add",
  usermod: "user modify",
  userdel: "user delete",
  groupadd: "group add",
  groupmod: "group modify",
  groupdel: "group delete",
  roleadd: "role add",
  rolemod: "role modify",
  roledel: "role delete",
  aclmod: "acl modify",
  acldel: "acl delete",
};

/** Users, roles, tokens and what they may, by the API of the host itself. */
export const pveum: Command = ({ host, argv }): Answer => {
  const given = pveArguments(argv);
  const [first = "", ...others] = given.words;
  const words = [...(ALIASES[first] ?? first).split(" "), ...others];
  const length = [3, 2].find((count) => Object.hasOwn(WAYS, words.slice(0, count).join(" "))) ?? 0;
  const way = WAYS[words.slice(0, length).join(" ")];
  if (!way) return failed(`ERROR: unknown command 'pveum ${words.join(" ")}'`, 255);
  const values = words.slice(length);
  if (values.length !== way.words.length)
    return failed(`400 ${values.length < way.words.length ? "not enough" : "too many"} arguments`, 255);
  const named = Object.fromEntries(way.words.map((name, n) => [name, values[n] ?? ""]));
  const [verb = "", template = ""] = way.call.split(" ");
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => named[name] ?? "");
  const rest = Object.entries(named).filter(([name]) => !template.includes(`{${name}}`));
  const called = asRoot(host, verb, path, { ...callOptions(given), ...Object.fromEntries(rest), ...way.fixed });
  return "failed" in called ? called.failed : shownAs(formatOf(given), called.data);
};
