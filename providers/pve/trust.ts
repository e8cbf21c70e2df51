import { TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import { Trouble } from "../core/trouble.ts";
import type { Trust } from "./connection.ts";

/** Milliseconds. */
const CONNECTING = 10_000;

/**
 * Connects, and hands a connection on only when the certificate at its end is trusted: nothing is sent before. A pinned
 * certificate counts whatever signed it; any other has to be of the CA and for the name.
 */
export function connector(trust: Trust): buildConnector.connector {
  // No session is resumed: Node does not look again for whose name the certificate is.
  const connect = buildConnector({
    rejectUnauthorized: false,
    maxCachedSessions: 0,
    timeout: CONNECTING,
    ...(trust.ca ? { ca: trust.ca } : {}),
  });
  return (options, done) =>
    connect(options, (...[error, socket]) => {
      if (error) return done(error, null);
      const distrust = socket instanceof TLSSocket ? distrusted(socket, options, trust) : undefined;
      if (!distrust) return done(null, socket);
      socket.destroy();
      return done(distrust, null);
    });
}

/** A certificate that is not trusted; never tried again elsewhere, since somebody may stand in between. */
export class Distrust extends Trouble {}

function distrusted(
  socket: TLSSocket,
  { hostname, port }: buildConnector.Options,
  { ca, fingerprints, insecure }: Trust,
): Distrust | undefined {
  const seen = socket.getPeerCertificate().fingerprint256;
  // Who pins certificates and names no CA trusts those alone, not every CA that this machine knows.
  const byAuthority = socket.authorized && (ca !== undefined || fingerprints.length === 0);
  if (insecure || byAuthority || fingerprints.includes(seen)) return undefined;
  const why =
    fingerprints.length > 0
      ? "it is none of those that are pinned"
      : ca
        ? `it is not of the CA in pve:ca (${reason(socket)})`
        : `no CA that is known here signed it (${reason(socket)})`;
  return new Distrust({
    doing: `connecting to https://${hostname}:${port}`,
    came: `its certificate is not trusted: ${why}. Its SHA-256 is ${seen}`,
    next:
      "Compare that with `pvenode cert info` on the node. If they are equal, pin it with: " +
      `pulumi config set pve:fingerprint ${seen}; or let pve:ca name a copy of /etc/pve/pve-root-ca.pem`,
  });
}

const reason = ({ authorizationError }: TLSSocket): string =>
  authorizationError instanceof Error ? authorizationError.message : String(authorizationError);
