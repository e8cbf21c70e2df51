import { withAbove } from "../../access/acl-path.ts";
import { permissions } from "../../access/permissions.ts";
import type { UserConfig } from "../../access/user-config.ts";
import { type Handler, must } from "../call.ts";

/** Paths that are shown whether an ACL names them or not. */
const ALWAYS = ["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"];

const effective: Handler = (call) => {
  const { cluster, node, params, holder = "" } = call;
  const { access } = cluster;
  const whose = params.maybe("userid") ?? holder;
  const path = params.maybe("path");
  if (whose !== holder && !whose.startsWith(`${holder}!`)) must(call, "/access", "Sys.Audit");
  const held = (path === undefined ? knownPaths(access) : [path]).map(
    (one) => [one, permissions(access, node.release, whose, one)] as const,
  );
  return Object.fromEntries(
    held
      .filter(([, privileges]) => path !== undefined || privileges.size > 0)
      .map(([one, privileges]) => [
        one,
        Object.fromEntries([...privileges].map(([name, goesOn]) => [name, Number(goesOn)])),
      ]),
  );
};

function knownPaths({ acl, pools }: UserConfig): string[] {
  const pooled = [...pools.values()].flatMap(({ guests, storages }) => [
    ...[...guests].map((guest) => `/vms/${guest}`),
    ...[...storages].map((storage) => `/storage/${storage}`),
  ]);
  return [...new Set([...ALWAYS, ...withAbove(acl.map((entry) => entry.path)), ...pooled])];
}

export const effectivePermissions: Readonly<Record<string, Handler>> = { "GET /access/permissions": effective };
