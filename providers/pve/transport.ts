import { Pool } from "undici";
import { Trouble, wordsOf } from "../core/trouble.ts";
import type { Connection } from "./connection.ts";
import { connector, Distrust } from "./trust.ts";

export interface Sent {
  readonly verb: string;
  /** Below `/api2/json`, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Received {
  readonly endpoint: URL;
  readonly status: number;
  readonly reason: string;
  readonly text: string;
}

/** How many calls are under way at a time: pveproxy works on few at once, and others want answers too. */
const PARALLEL = 8;
/** Milliseconds. PVE ends a connection that is idle for five seconds: ours go before, so that none ends under a call. */
const IDLE = 3_000;
const ANSWERING = 60_000;

/** The connection ended after the call was sent: nobody knows whether it was done. */
export class Lost extends Trouble {}

/** Carries calls to the first endpoint that answers. */
export class Transport {
  readonly #pools: readonly { readonly endpoint: URL; readonly pool: Pool }[];
  /** The endpoint that answered last is asked first. */
  #first = 0;
  readonly #turnedFrom = new Set<URL>();

  constructor({ endpoints, trust }: Connection) {
    this.#pools = endpoints.map((endpoint) => ({
      endpoint,
      pool: new Pool(endpoint.origin, {
        connect: connector(trust),
        connections: PARALLEL,
        keepAliveTimeout: IDLE,
        headersTimeout: ANSWERING,
        bodyTimeout: ANSWERING,
      }),
    }));
  }

  async send(sent: Sent): Promise<Received> {
    const refused: string[] = [];
    for (let n = 0; n < this.#pools.length; n += 1) {
      const place = (this.#first + n) % this.#pools.length;
      const one = this.#pools[place];
      if (!one) continue;
      try {
        const received = await ask(one.pool, one.endpoint, sent);
        this.#first = place;
        return received;
      } catch (thrown) {
        if (!neverSent(thrown)) throw lost(thrown, one.endpoint, sent);
        refused.push(`${one.endpoint.origin}: ${codeOf(thrown) ?? wordsOf(thrown)}`);
      }
    }
    throw new Trouble({
      doing: `connecting to the cluster's API`,
      came: `no endpoint answers (${refused.join("; ")})`,
      next: "Look whether pve:endpoint is right and a node of it is up and can be reached from here",
    });
  }

  /** Asks another endpoint first from now on. False where each has been turned from, or there is one alone. */
  turnFrom(endpoint: URL): boolean {
    this.#turnedFrom.add(endpoint);
    const other = this.#pools.findIndex((one) => !this.#turnedFrom.has(one.endpoint));
    if (other >= 0) this.#first = other;
    return other >= 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map(({ pool }) => pool.destroy()));
  }
}

async function ask(pool: Pool, endpoint: URL, { verb, path, headers, body }: Sent): Promise<Received> {
  const response = await pool.request({
    method: verb,
    path: `/api2/json${path}`,
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded" }) },
    body: body ?? null,
  });
  return {
    endpoint,
    status: response.statusCode,
    reason: response.statusText,
    text: await response.body.text(),
  };
}

const UNREACHABLE = new Set([
  ...["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"],
  "UND_ERR_CONNECT_TIMEOUT",
]);

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined;

/** Whether the endpoint got no byte of the call, so that another one may be asked: a connection in use fails otherwise. */
const neverSent = (thrown: unknown): boolean =>
  !(thrown instanceof Distrust) &&
  UNREACHABLE.has(codeOf(thrown) ?? "") &&
  !(thrown instanceof Error && "syscall" in thrown && (thrown.syscall === "read" || thrown.syscall === "write"));

function lost(thrown: unknown, { origin }: URL, { verb, path }: Sent): unknown {
  if (thrown instanceof Distrust) return thrown;
  return new Lost(
    {
      doing: `${verb} ${path.split("?")[0]} at ${origin}`,
      came: `the connection ended before the answer came (${wordsOf(thrown)})`,
      next: "Run the same command again: it looks first what was done",
    },
    thrown,
  );
}
