import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Trouble } from "../core/trouble.ts";
import { Authentication, type Ticket } from "./authentication.ts";
import type { Connection, Credentials } from "./connection.ts";
import { type Endpoint, type Returns, returns, type Takes } from "./endpoints.ts";
import { Refusal } from "./refusal.ts";
import { Lost, type Received, Transport } from "./transport.ts";

/** What an answer holds beside its status. */
const Body = z.looseObject({
  data: z.unknown(),
  message: z.string().optional(),
  errors: z.record(z.string(), z.string()).optional(),
});

/** How often, and after how many milliseconds, a call is tried again that surely did nothing. */
const TRIES = 4;
const PAUSE = 500;

/** The API of a cluster: calls that are typed by the endpoint they go to. */
export class PveApi {
  readonly #transport: Transport;
  readonly #authentication: Authentication;
  readonly #known = new Map<string, { readonly begun: number; readonly answer: Promise<unknown> }>();

  constructor(transport: Transport, credentials: Credentials) {
    this.#transport = transport;
    this.#authentication = new Authentication(credentials, (username, password) => this.#login(username, password));
  }

  static to(connection: Connection): PveApi {
    return new PveApi(new Transport(connection), connection.credentials);
  }

  /** The same API, by the same connections, as an API token sees it. */
  asToken(id: string, secret: string): PveApi {
    return new PveApi(this.#transport, { by: "token", id, secret });
  }

  /** Asks, or does what is asked for. */
  async call<E extends Endpoint>(endpoint: E, takes: Takes[E]): Promise<Returns<E>> {
    const request = requestOf(endpoint, takes);
    if (request.verb === "GET") return answerOf(endpoint, request, await this.#tried(request));
    // What was read before a change, or while it was under way, may be true no longer.
    this.#forget(request.path);
    try {
      return answerOf(endpoint, request, await this.#tried(request));
    } finally {
      this.#forget(request.path);
    }
  }

  /** Asks once for all who want to know the same, as long as that was not before `since` and nothing was changed. */
  async read<E extends Endpoint & `GET ${string}`>(endpoint: E, takes: Takes[E], since = 0): Promise<Returns<E>> {
    const key = `${endpoint} ${JSON.stringify(takes)}`;
    const known = this.#known.get(key);
    // The key begins with the endpoint, so that the answer is of its type.
    if (known && known.begun >= since) return known.answer as Promise<Returns<E>>;
    const answer = this.call(endpoint, takes);
    this.#known.set(key, { begun: performance.now(), answer });
    // Who fails once may do better the next time.
    answer.catch(() => this.#known.delete(key));
    return answer;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #forget(path: string): void {
    const alone = ALONE.find((prefix) => path.startsWith(prefix));
    for (const key of this.#known.keys())
      if (alone === undefined || key.startsWith(`GET ${alone}`)) this.#known.delete(key);
  }

  async #tried(request: Request): Promise<Received> {
    let letIn = 0;
    for (let n = 1; ; n += 1) {
      const received = await this.#sent(request, n);
      if (received === undefined) continue;
      if (received.status === 401 && letIn < TRIES && this.#authentication.forget()) letIn += 1;
      else if (hasNoQuorum(received) && this.#transport.turnFrom(received.endpoint)) continue;
      else if (n < TRIES && mayTryAgain(request, received)) await sleep(PAUSE * n);
      else return received;
    }
  }

  /** None where the connection was lost and asking again does no harm. */
  async #sent({ verb, path, form }: Request, n: number): Promise<Received | undefined> {
    try {
      const headers = await this.#authentication.headers();
      return await this.#transport.send({ verb, path, headers, body: form });
    } catch (thrown) {
      if (thrown instanceof Lost && verb === "GET" && n < TRIES) return undefined;
      throw thrown;
    }
  }

  async #login(username: string, password: string): Promise<Ticket> {
    const request = requestOf("POST /access/ticket", { username, password });
    const received = await this.#transport.send({ verb: "POST", path: request.path, headers: {}, body: request.form });
    const { ticket, CSRFPreventionToken: csrf, NeedTFA } = answerOf("POST /access/ticket", request, received);
    if (ticket !== undefined && csrf !== undefined && !NeedTFA) return { ticket, csrf };
    throw new Trouble({
      doing: `logging in as ${username}`,
      came: "PVE wants a second factor",
      next: "Use an API token: it needs none (pve:tokenId and pve:tokenSecret)",
    });
  }
}

/** What is written below these is read nowhere else. */
const ALONE = ["/cluster/backup"];

interface Request {
  readonly verb: string;
  readonly path: string;
  readonly form: string | undefined;
}

/** Places of the path are filled, the rest goes into the query or, where something is changed, into a form. */
function requestOf(endpoint: Endpoint, takes: object): Request {
  const [verb = "", template = ""] = endpoint.split(" ");
  const left = new Map(Object.entries(takes).filter(([, value]) => value !== undefined));
  const path = template.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = String(left.get(name));
    left.delete(name);
    return encodeURIComponent(value);
  });
  const form = new URLSearchParams(
    [...left].flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, written(one)])),
  ).toString();
  const hasBody = verb === "POST" || verb === "PUT";
  return { verb, path: form && !hasBody ? `${path}?${form}` : path, form: hasBody ? form : undefined };
}

const written = (value: unknown): string => (typeof value === "boolean" ? String(Number(value)) : String(value));

/** A node that was cut off from the others: nothing was done, and another may do it. */
const hasNoQuorum = ({ status, reason, text }: Received): boolean =>
  status === 500 && /no quorum!/.test(`${reason} ${text}`);

/** Where a lock was not to be had, or nobody behind the endpoint, nothing was done; reading again does no harm. */
function mayTryAgain({ verb }: Request, { status, reason, text }: Received): boolean {
  if (status === 595) return true;
  if (status === 500 && /can't lock file .* - got timeout|got lock request timeout/.test(`${reason} ${text}`))
    return true;
  return verb === "GET" && (status === 502 || status === 503 || status === 596 || status === 599);
}

function answerOf<E extends Endpoint>(endpoint: E, { verb, path }: Request, received: Received): Returns<E> {
  const { status, reason, text, endpoint: url } = received;
  const doing = `${verb} ${path.split("?")[0]} at ${url.origin}`;
  const body = Body.safeParse(jsonIn(text));
  if (status !== 200) {
    const { message, errors = {} } = body.data ?? {};
    throw new Refusal({ doing, status, words: (message ?? reason).trimEnd(), errors });
  }
  const schema: z.ZodType<Returns<E>> = returns[endpoint];
  const data = schema.safeParse(body.data?.data);
  if (data.success) return data.data;
  throw new Trouble({
    doing,
    came: "the answer is not as the API's schema has it",
    next: "Look whether pve:endpoint is a Proxmox VE of release 8 or 9; if it is, this is worth an issue",
    details: z.prettifyError(data.error),
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
