import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Cluster, ClusterNode } from "../cluster.ts";
import { isCsrfToken, ticketHolder, tokenHolder } from "./access/tickets.ts";
import { ApiError } from "./api-error.ts";
import type { Identity } from "./certificates.ts";
import { dispatch } from "./dispatch.ts";
import { decodeForm } from "./form.ts";

const BASE = "/api2/json";
const OPEN = new Set(["GET /access/domains", "GET /access/ticket", "POST /access/ticket"]);
const VERBS = new Set(["GET", "POST", "PUT", "DELETE"]);
const MOST_BYTES = 512 * 1024;

/** The API of one node, not listening yet. */
export const apiServer = (cluster: Cluster, node: ClusterNode, identity: Identity): Server =>
  createServer({ key: identity.key, cert: identity.certificate, keepAlive: true }, (request, response) => {
    answer(cluster, node, request).then(
      (data) => send(response, 200, "OK", { data }),
      (thrown: unknown) => refuse(response, node, thrown),
    );
  });

async function answer(cluster: Cluster, node: ClusterNode, request: IncomingMessage): Promise<unknown> {
  const verb = request.method ?? "GET";
  const url = request.url ?? "/";
  const [path = "", query = ""] = [url.split("?")[0], url.split("?").slice(1).join("?")];
  if (!VERBS.has(verb)) throw new ApiError(501, `method '${verb}' not available`);
  if (path !== BASE && !path.startsWith(`${BASE}/`)) throw new ApiError(501, "no such uri");
  const below = path.slice(BASE.length) || "/";
  const body = await bodyOf(request);
  const { holder, byToken } = OPEN.has(`${verb} ${below}`) ? NOBODY : identify(cluster, verb, request);
  const params = { ...paramsIn(request, verb, body), ...decodeForm(query) };
  delete params["_dc"];
  return dispatch(cluster, node, { verb, path: below, params, holder, byToken });
}

const NOBODY = { holder: undefined, byToken: false };

/** Who sent it: a token in the header, or a ticket in the cookie, which for a change needs its CSRF token too. */
function identify(cluster: Cluster, verb: string, { headers }: IncomingMessage): { holder: string; byToken: boolean } {
  const credential = /^PVEAPIToken[= ](.+)$/.exec(headers.authorization ?? "")?.[1];
  if (credential !== undefined) {
    const holder = tokenHolder(cluster, credential);
    if (holder === undefined) throw new ApiError(401, "Authentication failed!");
    return { holder, byToken: true };
  }
  const cookie = /(?:^|;\s*)PVEAuthCookie=([^;]+)/.exec(headers.cookie ?? "")?.[1];
  if (cookie === undefined) throw new ApiError(401, "No ticket");
  const holder = ticketHolder(cluster, decodeURIComponent(cookie));
  if (holder === undefined) throw new ApiError(401, "Authentication failed!");
  const csrf = headers["csrfpreventiontoken"];
  if (verb !== "GET" && !isCsrfToken(cluster, holder, String(csrf ?? "")))
    throw new ApiError(401, "Permission denied - invalid csrf token");
  return { holder, byToken: false };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) throw new ApiError(501, "for data too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function paramsIn({ headers }: IncomingMessage, verb: string, body: string): Record<string, unknown> {
  if (verb !== "POST" && verb !== "PUT") return {};
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json") return jsonIn(body);
  if (type !== "" && type !== "application/x-www-form-urlencoded" && body !== "")
    throw new ApiError(506, `upload 'Content-Type '${headers["content-type"]}' not implemented`);
  return decodeForm(body);
}

function jsonIn(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // said below
  }
  throw new ApiError(500, "malformed JSON string, neither tag, array, object, number, string or atom");
}

function refuse(response: ServerResponse, node: ClusterNode, thrown: unknown): void {
  // A mistake of the lab's own: a client sees a 500, a developer sees where.
  if (!(thrown instanceof ApiError)) console.error(thrown);
  const { status, message, errors } =
    thrown instanceof ApiError ? thrown : new ApiError(500, "internal error of the lab\n");
  const told = node.release === "8.4" ? {} : { message };
  // Whom PVE does not know it tells nothing in the body; a wrong password is the one exception.
  const silent = status === 401 && !message.endsWith("\n");
  const body = { data: null, ...told, ...(errors ? { errors } : {}) };
  send(response, status, message.split(/[\r\n]/)[0] ?? "", silent ? undefined : body);
}

function send(response: ServerResponse, status: number, reason: string, body: unknown): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, asReason(reason), {
    "Cache-Control": "max-age=0",
    Pragma: "no-cache",
    Server: "pve-api-daemon/3.0",
    ...(text ? { "Content-Type": "application/json;charset=UTF-8" } : {}),
    "Content-Length": Buffer.byteLength(text),
    ...(status >= 400 ? { Connection: "close" } : {}),
  });
  response.end(text);
}

/** A status line holds bytes: what is beyond Latin-1 would end the answer. */
const asReason = (text: string): string => text.replace(/[^\x20-\x7e\xa0-\xff]/g, "?");
