import { authorize } from "../access/authorize.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";
import { check } from "../schema/check.ts";
import { apiOf, type Release } from "../schema/schema.ts";
import { ApiError, badParameters, forbidden } from "./api-error.ts";
import { Params } from "./call.ts";
import { handlers } from "./handlers.ts";
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
  const handler = route && handlers[`${verb} ${route.path}`];
  if (!route) throw new ApiError(501, `Method '${verb} ${path}' not implemented`);
  for (const [name, value] of Object.entries(params))
    if (route.places[name] !== undefined && route.places[name] !== String(value))
      throw badParameters({ [name]: "duplicate parameter (already defined in URI) with conflicting values!" });
  const all = { ...params, ...route.places };
  if (byToken && !route.method.allowtoken)
    throw forbidden(`URI '${path}' not available with API token, need proper ticket.\n`);
  authorize({ config: cluster.access, release: node.release, holder }, route.method.permissions, all);
  const errors = check(all, route.method.parameters);
  if (!errors.none) throw badParameters(Object.fromEntries(errors.entries()));
  if (!handler) throw new ApiError(501, `Method '${verb} ${path}' is not part of the lab`);
  return handler({ cluster, node, params: new Params(all), holder });
}
