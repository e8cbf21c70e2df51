import { createHash } from "node:crypto";
import { Trouble } from "../../core/trouble.ts";
import type { Destination } from "./destination.ts";
import type { HostTrust } from "./host-trust.ts";
import { type Entry, entriesFor, type HostKey, verdictOn } from "./known-hosts.ts";
import { whereabouts } from "./whereabouts.ts";

/** A host whose key is not trusted. Nothing was sent to it, and it is not tried again: somebody may stand in between. */
export class Distrust extends Trouble {}

/** The signatures that a type of key is asked to make; SHA-1 is not among them. */
const ALGORITHMS = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
} as const;
type Algorithm = (typeof ALGORITHMS)[keyof typeof ALGORITHMS][number];

/** What to ask a host to show: first the types by which it is known, none of those that it has shown already. */
export function algorithmsFor(trust: HostTrust, shown: readonly HostKey[]): Algorithm[] {
  const known = new Set(
    trust.names
      .flatMap((name) => entriesFor(trust.knownHosts, name))
      .filter(({ marker }) => marker === "")
      .map(({ type }) => type),
  );
  return Object.entries(ALGORITHMS)
    .filter(([type]) => !shown.some((key) => key.type === type))
    .toSorted(([a], [b]) => Number(known.has(b)) - Number(known.has(a)))
    .flatMap(([, algorithms]) => algorithms);
}

/** The key that a host showed, as known_hosts would have it. */
export function hostKeyIn(blob: Buffer): HostKey {
  return { type: blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1"), blob: blob.toString("base64") };
}

/** As `ssh-keygen -l` prints it. */
export const fingerprintOf = ({ blob }: HostKey): string =>
  `SHA256:${createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "")}`;

const isPinned = ({ pins }: HostTrust, key: HostKey): boolean =>
  pins.some((pin) => pin.replace(/=$/, "") === fingerprintOf(key));

/** Why the keys that a host showed, the last one it has, are not trusted; none where the last one is. */
export function distrust(destination: Destination, shown: readonly HostKey[]): Distrust | undefined {
  const { trust } = destination;
  const key = shown.at(-1);
  if (key === undefined) return undefined;
  if (trust.pins.length > 0) return isPinned(trust, key) ? undefined : notPinned(destination, shown);
  const [entries = [], withoutPort = []] = trust.names.map((name) => entriesFor(trust.knownHosts, name));
  const verdict = verdictOn(entries, key);
  if (verdict.is === "known") return undefined;
  const seen = `${key.type} ${fingerprintOf(key)}`;
  const revoked = ({ at }: Entry) =>
    refused(destination, key, `its host key ${seen} is revoked in ${at}`, "Do not go on before you know why");
  if (verdict.is === "revoked") return revoked(verdict.entry);
  if (verdict.is === "changed")
    return refused(
      destination,
      key,
      `its host key is another than the one that is known: it shows ${seen}, and ${verdict.old.at} has ${fingerprintOf(verdict.old)}`,
      "Somebody may stand in between, or the host was installed anew",
    );
  // As OpenSSH does: a host on another port may be known by its name alone.
  const byName = verdictOn(withoutPort, key);
  if (byName.is === "known") return undefined;
  if (byName.is === "revoked") return revoked(byName.entry);
  return refused(destination, key, `its host key is not known: ${seen}${othersWords(verdict.others)}`);
}

const othersWords = (others: readonly Entry[]): string =>
  others
    .map(({ marker, type, at }) =>
      marker === "@cert-authority"
        ? ` (${at} trusts an authority for it, and certificates of hosts are not supported)`
        : ` (${at} has its ${type} key)`,
    )
    .join("");

const notPinned = (destination: Destination, shown: readonly HostKey[]): Distrust =>
  refused(
    destination,
    shown[0], // the type that is asked for first, as OpenSSH would know it
    `its host key is none of those that are pinned: it shows ${shown.map((key) => `${key.type} ${fingerprintOf(key)}`).join(" and ")}, pinned is ${destination.trust.pins.join(" and ")}`,
    "Somebody may stand in between, or the host was installed anew",
  );

function refused(destination: Destination, key: HostKey | undefined, came: string, first?: string): Distrust {
  const file = `/etc/ssh/ssh_host_${/ed25519|ecdsa|rsa/.exec(key?.type ?? "")?.[0] ?? "*"}_key.pub`;
  const path = /^[A-Za-z0-9_-]+$/.test(destination.name) ? `.${destination.name}` : `["${destination.name}"]`;
  const pin = key ? fingerprintOf(key) : "SHA256:…";
  return new Distrust({
    doing: `connecting to ${whereabouts(destination)}`,
    came,
    next:
      `${first ? `${first}. ` : ""}Compare it with what \`ssh-keygen -lf ${file}\` prints on the host's own console. ` +
      `If they are equal, pin it with: pulumi config set --path 'pve:nodes${path}.hostKey' ${pin}`,
  });
}
