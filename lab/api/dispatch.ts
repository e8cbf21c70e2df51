import { authorize } from "../access/authorize.ts";
import { type Cluster, isQuorate, nodeOf } from "../cluster.ts";
import type { ClusterNode } from "../node.ts";
import { check } from "../schema/check.ts";
import { apiOf, type Release } from "../schema/schema.ts";
import { ApiError, badParameters, died, forbidden } from "./api-error.ts";
import { Params } from "./call.ts";
import { handlers } from "./handlers.ts";
import { inLists } from "./in-lists.ts";
import { type Route, router } from "./route.ts";

/** A request whose sender is known. */
export interface Request {
  readonly verb: string;
  /** Below `/api2/json`. */
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly holder: string | undefined;
  readonly byToken: boolean;
}

const routers = new Map<Release, (verb: string, path: string) => Route | undefined>();

function routeOf(release: Release, { verb, path }: Request): Route | undefined {
  const find = routers.get(release) ?? router(apiOf(release).paths);
  routers.set(release, find);
  return find(verb, path);
}

/** Answers a request as the node would: what stands under `data`, or an `ApiError`. In PVE's order of checks. */
export function dispatch(cluster: Cluster, node: ClusterNode, request: Request): unknown {
  const { verb, path, params, holder, byToken } = request;
  const route = routeOf(node.release, request);
  if (!route) throw new ApiError(501, `Method '${verb} ${path}' not implemented`);
  for (const [name, value] of Object.entries(params))
    if (Object.hasOwn(route.places, name) && route.places[name] !== String(value))
      throw badParameters({ [name]: "duplicate parameter (already defined in URI) with conflicting values!" });
  const all = { ...params, ...route.places };
  if (byToken && !route.method.allowtoken)
    throw forbidden(`URI '${path}' not available with API token, need proper ticket.\n`);
  authorize({ config: cluster.access, release: node.release, holder }, route.method.permissions, all);
  const other = otherNode(cluster, node, route);
  if (other) return dispatch(cluster, other, request);
  const given = inLists(all, route.method.parameters.properties);
  const errors = check(given, route.method.parameters);
  if (!errors.none) throw badParameters(Object.fromEntries(errors.entries()));
  const handler = handlers[`${verb} ${route.path}`];
  if (!handler) throw new ApiError(501, `Method '${verb} ${path}' is not part of the lab`);
  if (verb !== "GET" && !ELSEWHERE.has(route.path) && !isQuorate(cluster)) throw died("cluster not ready - no quorum?");
  return handler({ cluster, node, params: new Params(given), holder });
}

/** What writes nothing to the cluster's file system. */
const ELSEWHERE = new Set(["/access/ticket", "/access/vncticket", "/nodes/{node}/time"]);

/** The node that a call is handed on to, if it is for another one. */
function otherNode(cluster: Cluster, self: ClusterNode, { method, places }: Route): ClusterNode | undefined {
  const named = method.proxyto === undefined ? undefined : places[method.proxyto];
  if (named === undefined || named === self.name || named === "localhost") return undefined;
  const other = nodeOf(cluster, named);
  if (!other)
    throw died(
      `hostname lookup '${named}' failed - failed to get address info for: ${named}: Name or service not known`,
    );
  if (!other.online) throw new ApiError(595, "No route to host");
  return other;
}
