import { createHmac } from "node:crypto";
import { matchesList } from "./pattern.ts";

/** A file of known hosts, or what stands in its place. */
export interface KnownHosts {
  readonly path: string;
  readonly text: string;
}

/** The public key that a host showed, as it stands in known_hosts. */
export interface HostKey {
  readonly type: string;
  /** Base64. */
  readonly blob: string;
}

/** Where a key stands: file and line. */
export interface Entry extends HostKey {
  readonly marker: "" | "@revoked" | "@cert-authority";
  readonly at: string;
}

export type Verdict =
  | { readonly is: "known" }
  /** `others` are what is known of this host: keys of other types, and authorities. */
  | { readonly is: "unknown"; readonly others: readonly Entry[] }
  | { readonly is: "changed"; readonly old: Entry }
  | { readonly is: "revoked"; readonly entry: Entry };

/** What known_hosts calls a host: its address, with the port where that is not the usual one. */
export const nameInKnownHosts = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** What is known of the host that known_hosts calls `name`. */
export const entriesFor = (files: readonly KnownHosts[], name: string): Entry[] =>
  files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, n) => {
      const read = entryIn(line);
      return read && isAbout(read.hosts, name) ? [{ ...read.entry, at: `${path}:${n + 1}` }] : [];
    }),
  );

/** Whether `key` is one that a host is known by: revoked counts before known, known before changed. */
export function verdictOn(entries: readonly Entry[], key: HostKey): Verdict {
  const same = entries.filter(({ type, blob }) => type === key.type && blob === key.blob);
  const revoked = same.find(({ marker }) => marker === "@revoked");
  if (revoked) return { is: "revoked", entry: revoked };
  const plain = entries.filter(({ marker }) => marker === "");
  if (same.some(({ marker }) => marker === "")) return { is: "known" };
  const old = plain.find(({ type }) => type === key.type);
  if (old) return { is: "changed", old };
  return { is: "unknown", others: entries.filter(({ marker }) => marker !== "@revoked") };
}

const LINE =
  /^[ \t]*(?:(@revoked|@cert-authority)[ \t]+)?([^\s#@][^\s]*)[ \t]+([a-z][^\s]*)[ \t]+([A-Za-z0-9+/]+=*)(?:\s|$)/;

function entryIn(line: string): { hosts: string; entry: Omit<Entry, "at"> } | undefined {
  const [, marker = "", hosts = "", type = "", blob = ""] = LINE.exec(line) ?? [];
  if (hosts === "" || (marker !== "" && marker !== "@revoked" && marker !== "@cert-authority")) return undefined;
  return { hosts, entry: { marker, type, blob } };
}

function isAbout(hosts: string, name: string): boolean {
  if (!hosts.startsWith("|")) return matchesList(hosts.toLowerCase(), name);
  const [, kind, salt = "", hash] = hosts.split("|");
  return kind === "1" && createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
