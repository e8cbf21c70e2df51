import { permissions } from "../../access/permissions.ts";
import { ApiError, forbidden } from "../api-error.ts";
import type { Call, Handler } from "../call.ts";
import { isPassword, newCsrfToken, newTicket, ticketHolder } from "./tickets.ts";

/** Logs in with a password, or with a ticket that is still good in its place. */
const login: Handler = ({ cluster, params }) => {
  const name = params.text("username");
  const realm = params.maybe("realm");
  const userid = name.includes("@") || realm === undefined ? name : `${name}@${realm}`;
  const password = params.text("password");
  if (!isPassword(cluster, userid, password) && ticketHolder(cluster, password) !== userid)
    throw new ApiError(401, "authentication failure\n");
  return {
    username: userid,
    ticket: newTicket(cluster, userid),
    CSRFPreventionToken: newCsrfToken(cluster, userid),
    clustername: cluster.name,
    cap: {},
  };
};

/** Paths that are shown whether an ACL names them or not. */
const ALWAYS = ["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"];

const effective: Handler = (call: Call) => {
  const { cluster, node, params, holder = "" } = call;
  const whose = params.maybe("userid") ?? holder;
  const { access } = cluster;
  const own = whose === holder || whose.startsWith(`${holder}!`);
  if (!own && !permissions(access, node.release, holder, "/access").has("Sys.Audit"))
    throw forbidden("/access, Sys.Audit");
  const path = params.maybe("path");
  const pooled = [...access.pools.values()].flatMap(({ guests, storages }) => [
    ...[...guests].map((guest) => `/vms/${guest}`),
    ...[...storages].map((storage) => `/storage/${storage}`),
  ]);
  const paths = path === undefined ? new Set([...ALWAYS, ...access.acl.map((entry) => entry.path), ...pooled]) : [path];
  const held = [...paths].map((one) => [one, permissions(access, node.release, whose, one)] as const);
  return Object.fromEntries(
    held
      .filter(([, privileges]) => path !== undefined || privileges.size > 0)
      .map(([one, privileges]) => [
        one,
        Object.fromEntries([...privileges].map(([name, goesOn]) => [name, Number(goesOn)])),
      ]),
  );
};

const domains: Handler = ({ cluster }) =>
  [...cluster.realms].map(([realm, { type, comment, default: first }]) => ({
    realm,
    type,
    ...(comment ? { comment } : {}),
    ...(first ? { default: 1 } : {}),
  }));

export const logins: Readonly<Record<string, Handler>> = {
  "POST /access/ticket": login,
  "GET /access/permissions": effective,
  "GET /access/domains": domains,
};
