import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";
import { decoded } from "../encoded-text.ts";
import type { CallFault } from "../faults.ts";
import type { ClusterNode } from "../node.ts";
import { isCsrfToken, ticketHolder, tokenHolder } from "./access/tickets.ts";
import { ApiError } from "./api-error.ts";
import { Page } from "./call.ts";
import type { Identity } from "./certificates.ts";
import { dispatch } from "./dispatch.ts";
import { decodeForm } from "./form.ts";

const BASE = "/api2/json";
const OPEN = new Set([
  ...["GET /access/domains", "GET /access/ticket", "POST /access/ticket", "POST /access/vncticket"],
  ...["POST /access/openid/auth-url", "POST /access/openid/login"],
]);
const VERBS = new Set(["GET", "POST", "PUT", "DELETE"]);
const MOST_BYTES = 512 * 1024;
/** As pveproxy has it: how long a connection may be idle, and how many calls one may carry. */
const IDLE = 5_000;
const MOST_CALLS = 100;

/** The API of one node, not listening yet. */
export function apiServer(cluster: Cluster, node: ClusterNode, identity: Identity): Server {
  const server = createServer({ key: identity.key, cert: identity.certificate }, (request, response) => {
    serve(cluster, node, request, response).catch((thrown: unknown) => {
      console.error(thrown);
      request.socket.destroy();
    });
  });
  server.keepAliveTimeout = IDLE;
  server.maxRequestsPerSocket = MOST_CALLS;
  return server;
}

interface Answer {
  readonly status: number;
  readonly reason: string;
  /** None where PVE says nothing but the status line. */
  readonly body: object | undefined;
}

async function serve(cluster: Cluster, node: ClusterNode, request: IncomingMessage, response: ServerResponse) {
  const sent = await read(request);
  const call = `${sent.verb} ${below(sent.path)}`;
  cluster.calls.set(call, (cluster.calls.get(call) ?? 0) + 1);
  const faults = cluster.faults.hit({ node: node.name, verb: sent.verb, path: below(sent.path) });
  const delay = faults.reduce((sum, fault) => sum + (fault.delay ?? 0), cluster.faults.latency);
  if (delay > 0) await sleep(delay, undefined, { ref: false });
  // Whoever went away meanwhile, and a node that did, does nothing any more.
  if (request.socket.destroyed || !node.online) {
    request.socket.destroy();
    return;
  }
  const drop = faults.find((fault) => fault.drop !== undefined)?.drop;
  const refusal = faults.find(({ status }) => status !== undefined);
  if (drop === "before") {
    request.socket.destroy();
    return;
  }
  const carriedOut = !refusal || refusal.done ? answerTo(cluster, node, sent) : undefined;
  const answer = refusal ? refused(node, refusal) : carriedOut;
  if (drop === "unanswered" || !answer) request.socket.destroy();
  else send(response, answer, drop);
}

const refused = (node: ClusterNode, { status = 500, message }: CallFault): Answer =>
  refusalOf(node, new ApiError(status, message));

interface Sent {
  readonly verb: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingMessage["headers"];
  /** None where it was more than PVE takes. */
  readonly body: string | undefined;
}

async function read(request: IncomingMessage): Promise<Sent> {
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  const { method: verb = "GET", headers } = request;
  // The whole path is decoded before it is taken apart: an escaped slash is one all the same.
  return { verb, path: decoded(path), query: query.join("?"), headers, body: await bodyOf(request) };
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MOST_BYTES) chunks.push(bytes);
  }
  return size > MOST_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

const below = (path: string): string => (path.startsWith(BASE) ? path.slice(BASE.length) || "/" : path);

function answerTo(cluster: Cluster, node: ClusterNode, sent: Sent): Answer {
  try {
    const data = called(cluster, node, sent);
    const body = data instanceof Page ? { data: data.items, total: data.total } : { data: data ?? null };
    return { status: 200, reason: "OK", body };
  } catch (thrown) {
    // A mistake of the lab's own: a client sees a 500, a developer sees where.
    if (!(thrown instanceof ApiError)) console.error(thrown);
    return refusalOf(node, thrown instanceof ApiError ? thrown : new ApiError(500, "internal error of the lab\n"));
  }
}

function called(cluster: Cluster, node: ClusterNode, { verb, path, query, headers, body }: Sent): unknown {
  if (!VERBS.has(verb)) throw new ApiError(501, `method '${verb}' not available`);
  if (path !== BASE && !path.startsWith(`${BASE}/`)) throw new ApiError(501, "no such uri");
  if (body === undefined) throw new ApiError(501, "for data too large");
  if (headers["transfer-encoding"] !== undefined) throw new ApiError(501, "chunked transfer encoding not supported");
  if (body !== "" && verb !== "POST" && verb !== "PUT")
    throw new ApiError(501, `Unexpected content for method '${verb}'`);
  const { holder, byToken } = OPEN.has(`${verb} ${below(path)}`) ? NOBODY : identify(cluster, verb, headers);
  const params = { ...paramsIn(headers, verb, body), ...decodeForm(query) };
  delete params["_dc"];
  return dispatch(cluster, node, { verb, path: below(path), params, holder, byToken });
}

const NOBODY = { holder: undefined, byToken: false };

/** Who sent it: a ticket, which for a change needs its CSRF token too, or else a token. */
function identify(cluster: Cluster, verb: string, headers: Sent["headers"]): { holder: string; byToken: boolean } {
  const { authorization = "", cookie = "" } = headers;
  const ticket =
    /(?:^|;\s*)PVEAuthCookie=([^;]+)/.exec(cookie)?.[1] ?? /^PVEAuthCookie[= ](.+)$/.exec(authorization)?.[1];
  if (ticket !== undefined)
    return byTicket(cluster, verb, decoded(ticket), String(headers["csrfpreventiontoken"] ?? ""));
  const credential = /^PVEAPIToken[= ](.+)$/.exec(authorization)?.[1];
  if (credential === undefined) throw new ApiError(401, "No ticket");
  const holder = tokenHolder(cluster, decoded(credential));
  if (holder === undefined) throw new ApiError(401, "Authentication failed!");
  return { holder, byToken: true };
}

function byTicket(cluster: Cluster, verb: string, ticket: string, csrf: string): { holder: string; byToken: boolean } {
  const holder = ticketHolder(cluster, ticket);
  if (holder === undefined) throw new ApiError(401, "Authentication failed!");
  if (verb !== "GET" && !isCsrfToken(cluster, holder, csrf))
    throw new ApiError(401, "Permission denied - invalid csrf token");
  return { holder, byToken: false };
}

function paramsIn(headers: Sent["headers"], verb: string, body: string): Record<string, unknown> {
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

function refusalOf({ release }: ClusterNode, { status, message, errors }: ApiError): Answer {
  const told = release === "8.4" ? {} : { message };
  // Whom PVE does not know it tells nothing in the body, but for a wrong password. 595 and 596 are its proxy's.
  const silent = status > 590 || (status === 401 && !message.endsWith("\n"));
  const body = silent ? undefined : { data: null, ...told, ...(errors ? { errors } : {}) };
  return { status, reason: message.split(/[\r\n]/)[0] ?? "", body };
}

function send(response: ServerResponse, { status, reason, body }: Answer, drop: CallFault["drop"]): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, asReason(reason), {
    "Cache-Control": "max-age=0",
    Pragma: "no-cache",
    Server: "pve-api-daemon/3.0",
    ...(text ? { "Content-Type": "application/json;charset=UTF-8" } : {}),
    "Content-Length": Buffer.byteLength(text),
    ...(status >= 400 ? { Connection: "close" } : {}),
  });
  const cut = () => response.socket?.destroy();
  if (drop === "halfway" && text === "") cut();
  else if (drop === "halfway") response.write(text.slice(0, Math.ceil(text.length / 2)), cut);
  else response.end(text, drop === "answered" ? cut : undefined);
}

/** A status line holds bytes: what is beyond Latin-1 would end the answer. */
const asReason = (text: string): string => text.replace(/[^\x20-\x7e\xa0-\xff]/g, "?");
