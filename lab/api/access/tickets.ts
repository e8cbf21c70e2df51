import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Cluster } from "../../cluster.ts";

const HOURS = 2;
const keys = new WeakMap<Cluster, Buffer>();

const keyOf = (cluster: Cluster): Buffer => {
  const known = keys.get(cluster) ?? randomBytes(32);
  keys.set(cluster, known);
  return known;
};

const signature = (cluster: Cluster, text: string) =>
  createHmac("sha256", keyOf(cluster)).update(text).digest("base64");

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const hex = (seconds: number) => seconds.toString(16).toUpperCase().padStart(8, "0");

/** A ticket as PVE writes it, `PVE:user@realm:TIME::signature`; good for two hours on any node. */
export function newTicket(cluster: Cluster, userid: string): string {
  const plain = `PVE:${userid}:${hex(cluster.now())}`;
  return `${plain}::${signature(cluster, plain)}`;
}

/** Whose ticket it is; nobody's where it is forged, too old, or the user may not log in any more. */
export function ticketHolder(cluster: Cluster, ticket: string): string | undefined {
  const [, plain = "", userid = "", time = "", signed = ""] = /^(PVE:([^:]+):([0-9A-F]{8}))::(.+)$/.exec(ticket) ?? [];
  if (!equal(signature(cluster, plain), signed)) return undefined;
  const age = cluster.now() - Number.parseInt(time, 16);
  if (age > HOURS * 3600 || age < -300) return undefined;
  return isEnabled(cluster, userid) ? userid : undefined;
}

export const newCsrfToken = (cluster: Cluster, userid: string): string => {
  const time = hex(cluster.now());
  return `${time}:${signature(cluster, `csrf:${time}:${userid}`)}`;
};

export function isCsrfToken(cluster: Cluster, userid: string, token: string): boolean {
  const [, time = "", signed = ""] = /^([0-9A-F]{8}):(.+)$/.exec(token) ?? [];
  const age = cluster.now() - Number.parseInt(time, 16);
  return equal(signature(cluster, `csrf:${time}:${userid}`), signed) && age <= 24 * 3600;
}

/** Whose API token it is, `user@realm!name=secret`, by its full id. */
export function tokenHolder(cluster: Cluster, credential: string): string | undefined {
  const [, id = "", userid = "", name = "", secret = ""] = /^(([^!]+)!([^=]+))=(.*)$/.exec(credential) ?? [];
  const token = cluster.access.users.get(userid)?.tokens.get(name);
  const known = cluster.tokenSecrets.get(id);
  if (!token || known === undefined || !isEnabled(cluster, userid)) return undefined;
  if (token.expire !== 0 && token.expire < cluster.now()) return undefined;
  return equal(known, secret) ? id : undefined;
}

function isEnabled({ access, now }: Cluster, userid: string): boolean {
  const user = access.users.get(userid);
  return user?.enable === true && (user.expire === 0 || user.expire >= now());
}

/** Whether somebody may log in with that password. */
export const isPassword = (cluster: Cluster, userid: string, password: string): boolean => {
  const known = cluster.passwords.get(userid);
  return known !== undefined && equal(known, password) && isEnabled(cluster, userid);
};
