import { createHash } from "node:crypto";
import ssh2 from "ssh2";

/** A key pair in OpenSSH's own formats. */
export interface KeyPair {
  readonly private: string;
  /** One line, as `authorized_keys` and `known_hosts` have it. */
  readonly public: string;
}

/** A key pair of the kind that `ssh-keygen` makes by itself. */
export function newKeyPair(comment: string): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
  // One in 256 is broken: ssh2 leaves out a public key's leading zero (its issue 1513).
  return ssh2.utils.parseKey(pair.private) instanceof Error ? newKeyPair(comment) : pair;
}

/** The ECDSA key that a host has beside it. */
export const newEcdsaKeyPair = (comment: string): KeyPair =>
  ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256, comment });

/** `SHA256:…`, as `ssh-keygen -l` shows it. */
export function fingerprintOf(publicLine: string): string {
  const [, blob = ""] = publicLine.split(" ");
  return `SHA256:${createHash("sha256").update(blob, "base64").digest("base64").replace(/=+$/, "")}`;
}
