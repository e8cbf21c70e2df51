import { connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import type { Destination } from "./destination.ts";

/**
 * Milliseconds: how long an unused connection is kept, as long as the others of a large run may take between a host's
 * check and its turn, and how long a host that could not be reached is not tried again.
 */
const IDLE = 300_000;
const REMEMBERED = 2_000;

/** A connection that is lent; whoever has it says when he is done. */
interface Lent {
  readonly connection: Connection;
  readonly done: () => void;
}

/** The one connection to each destination, jump hosts too: made at first use, made anew when it ended. */
export class Links {
  readonly #links = new Map<string, Link>();

  lend(destination: Destination): Promise<Lent> {
    const key = keyOf(destination);
    const link = this.#links.get(key) ?? new Link(destination, this);
    this.#links.set(key, link);
    return link.lend();
  }

  /** Ends all that there is. */
  async end(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.end()));
  }
}

const keyOf = ({ user, host, port, trust, via }: Destination): string =>
  JSON.stringify([user, host, port, trust.pins, via ? keyOf(via) : ""]);

class Link {
  readonly #destination: Destination;
  readonly #links: Links;
  #connection: Promise<Connection> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #failed: { readonly at: number; readonly thrown: unknown } | undefined;

  constructor(destination: Destination, links: Links) {
    this.#destination = destination;
    this.#links = links;
  }

  async lend(): Promise<Lent> {
    clearTimeout(this.#idle);
    this.#users += 1;
    try {
      return { connection: await this.#connected(), done: once(() => this.#left()) };
    } catch (thrown) {
      this.#left();
      throw thrown;
    }
  }

  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const connection = await this.#connection?.catch(() => undefined);
    connection?.end();
    await connection?.ended;
  }

  #left(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#idle = setTimeout(() => void this.end(), IDLE).unref();
  }

  async #connected(): Promise<Connection> {
    const current = this.#connection;
    const connection = await current;
    if (connection?.alive) return connection;
    if (this.#connection !== current) return this.#connected();
    // All resources of a host ask at once: the second one need not wait for the same answer.
    if (this.#failed && performance.now() - this.#failed.at < REMEMBERED) throw this.#failed.thrown;
    this.#connection = this.#opened();
    return this.#connection;
  }

  async #opened(): Promise<Connection> {
    const { via } = this.#destination;
    const lent = via && (await this.#links.lend(via).catch((thrown) => this.#fail(thrown)));
    try {
      const connection = await connect(this.#destination, lent?.connection);
      if (lent) void connection.ended.then(lent.done);
      return connection;
    } catch (thrown) {
      lent?.done();
      return this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): never {
    this.#failed = { at: performance.now(), thrown };
    this.#connection = undefined;
    throw thrown;
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
