import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { Slots } from "./slots.ts";

/** How many programs sshd runs at a time on one connection, where its MaxSessions is as it comes. */
const SESSIONS = 10;
/** Milliseconds. */
const PARTING = 500;

/** One connection to a host whose key is trusted and that let us in. */
export class Connection {
  /** Places for programs. */
  readonly places = new Slots(SESSIONS);
  readonly #client: Client;
  readonly #stream: Duplex;
  readonly #ended = Promise.withResolvers<void>();
  #alive = true;
  #why: string | undefined;

  constructor(client: Client, stream: Duplex) {
    this.#client = client;
    this.#stream = stream;
    client.on("error", (error) => {
      this.#why ??= error.message === "Keepalive timeout" ? "it gave no sign of life any more" : error.message;
    });
    client.on("close", () => {
      this.#alive = false;
      this.#ended.resolve();
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** When it is no more, whoever ended it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Why it ended, in words. */
  get why(): string {
    return this.#why ?? "the other side closed it";
  }

  /** A command as the host's login shell runs it. */
  exec(command: string): Promise<ClientChannel> {
    return new Promise((done, fail) => {
      this.#client.exec(command, (error, channel) => (error ? fail(error) : done(channel)));
    });
  }

  /** A stream to another host, as this one reaches it. */
  tunnel(host: string, port: number): Promise<Duplex> {
    return new Promise((done, fail) => {
      this.#client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => (error ? fail(error) : done(channel)));
    });
  }

  end(): void {
    this.#why ??= "we closed it";
    this.#client.end();
    // A host that froze says no word of parting.
    setTimeout(() => this.#stream.destroy(), PARTING).unref();
  }
}
