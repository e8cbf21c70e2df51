import { createHash } from "node:crypto";
import ssh2 from "ssh2";

/** A key pair in OpenSSH's own formats. */
export interface KeyPair {
  readonly private: string;
  /** One line, as `authorized_keys` and `known_hosts` have it. */
  readonly public: string;
}

/** A key pair of the kind that `ssh-keygen` makes by itself. */
export const newKeyPair = (comment: string): KeyPair => ssh2.utils.generateKeyPairSync("ed25519", { comment });

/** The ECDSA key that a host has beside it. */
export const newEcdsaKeyPair = (comment: string): KeyPair =>
  ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256, comment });

/** `SHA256:…`, as `ssh-keygen -l` shows it. */
export function fingerprintOf(publicLine: string): string {
  const [, blob = ""] = publicLine.split(" ");
  return `SHA256:${createHash("sha256").update(blob, "base64").digest("base64").replace(/=+$/, "")}`;
}
