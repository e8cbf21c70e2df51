import type { Finding } from "../core/finding.ts";
import type { Config, Run } from "../core/session.ts";
import { PveApi } from "./api.ts";
import { connectionFrom } from "./connection.ts";

const apis = new WeakMap<Config, PveApi>();

/** The API as the stack config says how to reach it: one for all resources of a run. */
export function apiOf({ config }: Pick<Run, "config">): PveApi {
  const known = apis.get(config) ?? new PveApi(connectionFrom(config));
  apis.set(config, known);
  return known;
}

/** The API as an API token sees it. The caller closes it. */
export function apiAs({ config }: Pick<Run, "config">, id: string, secret: string): PveApi {
  return new PveApi({ ...connectionFrom(config), credentials: { by: "token", id, secret } });
}

/** What every resource says of a connection that anybody could stand in. */
export function insecureFindings({ config }: Pick<Run, "config">): Finding[] {
  const { trust, endpoints } = connectionFrom(config);
  if (!trust.insecure) return [];
  return [
    {
      level: "warning",
      code: "insecure",
      target: endpoints.map(({ origin }) => origin).join(", "),
      message: "pve:insecure is on: whoever stands between here and the cluster reads and changes all of this.",
    },
  ];
}
