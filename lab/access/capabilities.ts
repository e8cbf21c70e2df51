import type { Release } from "../schema/schema.ts";
import { withAbove } from "./acl-path.ts";
import { permissions } from "./permissions.ts";
import type { UserConfig } from "./user-config.ts";

/** The areas of the web interface, and which privileges tell it what to show there. */
const AREAS: Readonly<Record<string, RegExp>> = {
  vms: /^(?:VM\.|Permissions\.Modify)/,
  access: /^(?:(?:User|Group)\.|Permissions\.Modify)/,
  storage: /^(?:Datastore\.|Permissions\.Modify)/,
  nodes: /^(?:Sys\.|Permissions\.Modify)/,
  sdn: /^(?:SDN\.|Permissions\.Modify)/,
  dc: /^(?:Sys\.Audit|Sys\.Modify|SDN\.)/,
  mapping: /^(?:Mapping\.|Permissions\.Modify)/,
};

/** A pool hands out what is good for its members. */
const OF_POOL = ["vms", "storage"];
const ALWAYS = ["/", "/nodes", "/access/groups", "/vms", "/storage", "/sdn", "/mapping"];

/** The `cap` of a login: by area every privilege that somebody has anywhere in it. */
export function capabilities(config: UserConfig, release: Release, holder: string): Record<string, object> {
  const held = new Map(Object.keys(AREAS).map((area) => [area, new Set<string>()]));
  for (const path of new Set([...ALWAYS, ...withAbove(config.acl.map((entry) => entry.path))])) {
    const area = /^\/(\w+)/.exec(path)?.[1] ?? "dc";
    for (const privilege of permissions(config, release, holder, path).keys())
      for (const one of area === "pool" ? OF_POOL : [area])
        if (AREAS[one]?.test(privilege)) held.get(one)?.add(privilege);
  }
  return Object.fromEntries(
    [...held].map(([area, privileges]) => [area, Object.fromEntries([...privileges].map((one) => [one, 1]))]),
  );
}
