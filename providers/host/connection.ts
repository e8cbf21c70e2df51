import { createConnection } from "node:net";
import type { Duplex } from "node:stream";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import { Trouble, Unreachable, wordsOf } from "../core/trouble.ts";
import { type Ways, waysInto } from "./authentication.ts";
import type { Destination } from "./destination.ts";
import { algorithmsFor, Distrust, distrust, hostKeyIn } from "./host-key.ts";
import type { HostKey } from "./known-hosts.ts";
import { Slots } from "./slots.ts";
import { whereabouts } from "./whereabouts.ts";

/** How often a host may leave a sign of life unanswered. */
const UNANSWERED = 3;
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

/** Connects to a host: directly, or through one that is connected already. */
export async function connect(destination: Destination, via?: Connection): Promise<Connection> {
  const ways = waysInto(destination);
  const shown: HostKey[] = [];
  for (;;) {
    const before = shown.length;
    try {
      return await attempt(destination, ways, via, shown);
    } catch (thrown) {
      const more = thrown instanceof Distrust && destination.trust.pins.length > 0 && shown.length > before;
      // A pin may be of another key that the host has: it is asked for each type before it is refused.
      if (more && algorithmsFor(destination.trust, shown).length > 0) continue;
      if (shown.length > 0 && shown.length === before) throw distrust(destination, shown) ?? thrown;
      throw thrown;
    }
  }
}

async function attempt(
  destination: Destination,
  ways: Ways,
  via: Connection | undefined,
  shown: HostKey[],
): Promise<Connection> {
  const { host, port, user, keepAlive, connectTimeout, trust } = destination;
  // Several small messages go to and fro for each program: none of them is to wait for the next.
  const sock = via ? await tunnelled(destination, via) : createConnection({ host, port, noDelay: true });
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  let stage: Stage = "reaching";
  let refusal: Distrust | undefined;
  const notes: string[] = [];
  client.on("connect", () => {
    stage = "greeting";
  });
  client.on("handshake", () => {
    stage = "entering";
  });
  client.on("ready", () => resolve(new Connection(client, sock)));
  client.on("error", (error) => {
    // The agent was of no use; ssh2 goes on with what else there is.
    if (error.level === "agent") notes.push(error.message);
    else reject(refusal ?? failed(destination, stage, error, [...ways.words, ...notes]));
  });
  client.on("close", () =>
    reject(refusal ?? failed(destination, stage, new Error("it closed the connection"), ways.words)),
  );
  client.connect({
    host,
    port,
    username: user,
    sock,
    authHandler: ways.methods,
    algorithms: { serverHostKey: algorithmsFor(trust, shown) },
    readyTimeout: connectTimeout * 1000,
    keepaliveInterval: keepAlive * 1000,
    keepaliveCountMax: UNANSWERED,
    hostVerifier: (blob: Buffer) => {
      const key = hostKeyIn(blob);
      // A connection that lasts changes its keys now and then, and shows the same key again.
      if (shown.at(-1)?.blob !== key.blob) shown.push(key);
      refusal = distrust(destination, shown);
      return refusal === undefined;
    },
  });
  try {
    return await promise;
  } catch (thrown) {
    sock.destroy();
    throw thrown;
  }
}

async function tunnelled(destination: Destination, via: Connection): Promise<Duplex> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(
    () => reject(new Error(`no answer within ${destination.connectTimeout} s`)),
    destination.connectTimeout * 1000,
  );
  try {
    return await Promise.race([via.tunnel(destination.host, destination.port), promise]);
  } catch (cause) {
    throw new Unreachable(
      {
        doing: `connecting to ${whereabouts(destination)}`,
        came: `${destination.via?.name} does not get through to it (${wordsOf(cause)})`,
        next: `Look whether it is up and can be reached from ${destination.via?.name}, and whether sshd allows AllowTcpForwarding there`,
      },
      cause,
    );
  } finally {
    clearTimeout(late);
  }
}

type Stage = "reaching" | "greeting" | "entering";

const LATE = /^Timed out while waiting for handshake/;

function failed(destination: Destination, stage: Stage, error: Error, tried: readonly string[]): Trouble {
  const { user, port, connectTimeout } = destination;
  const within = `within ${connectTimeout} s`;
  const doing = `connecting to ${whereabouts(destination)}`;
  const late = LATE.test(error.message);
  if (stage === "reaching")
    return new Unreachable(
      {
        doing,
        came: late ? `no answer ${within}` : `it cannot be reached (${codeOf(error) ?? error.message})`,
        next: "Look whether it is up and its address is right (pve:nodes), and whether it can be reached from here or needs pve:ssh.jump",
      },
      error,
    );
  if (stage === "greeting")
    return new Unreachable(
      {
        doing,
        came: late
          ? `it took the connection and then said nothing ${within}`
          : `no SSH connection came about (${error.message})`,
        next: `Look whether it is sshd that listens on port ${port}, and whether it is overloaded (its log: journalctl -u ssh)`,
      },
      error,
    );
  const refused = error.message.startsWith("All configured authentication methods failed");
  // It is there, and says no: that is no host to be shown as it was last seen.
  return new (late ? Unreachable : Trouble)(
    {
      doing,
      came: late
        ? `it did not let us in ${within}`
        : `it does not let ${user} in${refused ? "" : ` (${error.message})`}; tried: ${tried.join(", ")}`,
      next: /too many/i.test(error.message)
        ? "Name the one key to use: pve:ssh.privateKeyFile"
        : `Look whether the key is in ~${user}/.ssh/authorized_keys there, and is the one that pve:ssh names (its log: journalctl -u ssh)`,
    },
    error,
  );
}

const codeOf = (error: Error): string | undefined => ("code" in error ? String(error.code) : undefined);
