import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import ssh2, { type AuthenticationType, type Connection } from "ssh2";
import type { Host } from "../host.ts";
import { inside } from "../inside.ts";
import { type Account, accountOf, isProven } from "./accounts.ts";
import { forward, type Reach } from "./forward.ts";
import type { Programs } from "./login.ts";
import { serveSession } from "./session.ts";
import { count } from "./visits.ts";
import { Wire } from "./wire.ts";

export interface Around {
  readonly programs: Programs;
  readonly reach: Reach;
}

/** The files of a host's keys that its server shows, the preferred one first. */
export const HOST_KEYS = ["/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_ecdsa_key"];
const METHODS: AuthenticationType[] = ["publickey", "password"];
// As sshd has it if nobody says otherwise.
const MOST_SESSIONS = 10;
const IDENT = { "8.4": "OpenSSH_9.2p1 Debian-2+deb12u7", "9.2": "OpenSSH_10.0p2 Debian-7" };

/** The SSH server of a host: not listening yet. */
export const sshServer = (host: Host, around: Around): Server =>
  createServer({ noDelay: true }, (socket) => {
    const { faults } = host.cluster;
    count(host.cluster, host.node.name, "connections");
    const wire = new Wire(socket, faults.latency);
    const fault = faults.ofConnection(host.node.name);
    if (fault) wire.goWrong(fault);
    const hostKeys = HOST_KEYS.map((path) => readFileSync(inside(host.tree, path)));
    const peers = `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`;
    // One for each connection, as sshd has a process for each: it shows the keys that the host has by then.
    const server = new ssh2.Server({ hostKeys, ident: IDENT[host.node.release] }, (connection) =>
      serveConnection(connection, { host, wire, peers, ...around }),
    );
    server.injectSocket(wire.end);
  });

interface Caller extends Around {
  readonly host: Host;
  readonly wire: Wire;
  readonly peers: string;
}

function serveConnection(connection: Connection, caller: Caller): void {
  const { host, reach } = caller;
  let account: Account | undefined;
  let sessions = 0;
  connection.on("authentication", (context) => {
    account = accountOf(host, context.username);
    if (account && isProven(host, account, context)) context.accept();
    else context.reject(METHODS);
  });
  connection.on("session", (accept, reject) => {
    if (!account || sessions >= MOST_SESSIONS) return reject();
    sessions += 1;
    const session = accept();
    session.once("close", () => {
      sessions -= 1;
    });
    serveSession(session, { ...caller, account });
  });
  connection.on("tcpip", (accept, reject, info) => forward({ accept, reject, info, reach }));
  // A client that is gone in the middle of something: what it left is closed, and there is nobody to tell.
  connection.on("error", () => undefined);
}
