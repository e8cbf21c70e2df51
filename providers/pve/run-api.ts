import type { Finding } from "../core/finding.ts";
import { isOffline } from "../core/offline.ts";
import type { Config, Run } from "../core/session.ts";
import { Unreachable } from "../core/trouble.ts";
import { PveApi } from "./api.ts";
import { type Connection, connectionFrom } from "./connection.ts";

const apis = new WeakMap<Config, Promise<PveApi>>();

/** The API as the stack config says how to reach it: one for all resources of a run. */
export function apiOf(run: Pick<Run, "config" | "tell">): Promise<PveApi> {
  const api = apis.get(run.config) ?? opened(run);
  apis.set(run.config, api);
  return api;
}

async function opened({ config, tell }: Pick<Run, "config" | "tell">): Promise<PveApi> {
  if (isOffline(config))
    throw new Unreachable({
      doing: "asking the cluster",
      came: "pve:offline is set, so its API is not touched",
      next: "Take pve:offline out of the stack config; what is in the state is shown as it was last seen",
    });
  const connection = connectionFrom(config);
  if (connection.trust.insecure) await tell(insecure(connection));
  return PveApi.to(connection);
}

/** What the first resource of a run says of a connection that anybody could stand in. */
const insecure = ({ endpoints }: Connection): Finding => ({
  level: "warning",
  code: "insecure",
  target: endpoints.map(({ origin }) => origin).join(", "),
  message: "pve:insecure is on: whoever stands between here and the cluster reads and changes all of this.",
});
