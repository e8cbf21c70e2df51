import { createConnection } from "node:net";
import type { Duplex } from "node:stream";
import ssh2 from "ssh2";
import { Unreachable, wordsOf } from "../../core/trouble.ts";
import { type Ways, waysInto } from "./authentication.ts";
import { Connection } from "./connection.ts";
import type { Destination } from "./destination.ts";
import { algorithmsFor, Distrust, distrust, hostKeyIn } from "./host-key.ts";
import type { HostKey } from "./known-hosts.ts";
import { notConnected, type Stage } from "./not-connected.ts";
import { whereabouts } from "./whereabouts.ts";

/** How often a host may leave a sign of life unanswered. */
const UNANSWERED = 3;

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
    else reject(refusal ?? notConnected(destination, stage, error, [...ways.words, ...notes]));
  });
  client.on("close", () =>
    reject(refusal ?? notConnected(destination, stage, new Error("it closed the connection"), ways.words)),
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
