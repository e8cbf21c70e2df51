import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Cluster } from "../../cluster.ts";
import { decoded } from "../../encoded-text.ts";
import { died } from "../api-error.ts";

/** How long tickets and CSRF tokens are good, and how far ahead a clock may be. */
const GOOD_FOR = 2 * 3600;
const AHEAD = 5 * 60;
/** Begins what a ticket holds while the second factor is still to come. */
const HALF = "!tfa!";
const keys = new WeakMap<Cluster, Buffer>();

const keyOf = (cluster: Cluster): Buffer => {
  const known = keys.get(cluster) ?? randomBytes(32);
  keys.set(cluster, known);
  return known;
};

/** No ticket that was given out so far is good any more. */
export const expireTickets = (cluster: Cluster): void => {
  keys.delete(cluster);
};

const signature = (cluster: Cluster, text: string) =>
  createHmac("sha256", keyOf(cluster)).update(text).digest("base64");

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const hex = (seconds: number) => seconds.toString(16).toUpperCase().padStart(8, "0");

function isFresh(cluster: Cluster, time: string): boolean {
  const age = cluster.now() - Number.parseInt(time, 16);
  return age < GOOD_FOR && age > -AHEAD;
}

/** `PVE:DATA:TIME::signature`; what else is signed has to be known to whoever verifies. */
function assembled(cluster: Cluster, data: string, secretly = ""): string {
  const plain = `PVE:${data.replaceAll(":", "%3A")}:${hex(cluster.now())}`;
  return `${plain}::${signature(cluster, plain + secretly)}`;
}

function verified(cluster: Cluster, ticket: string, secretly = ""): string | undefined {
  const [, plain = "", data = "", time = "", signed = ""] = /^(PVE:(\S+):([0-9A-F]{8}))::([^:\s]+)$/.exec(ticket) ?? [];
  if (!equal(signature(cluster, plain + secretly), signed) || !isFresh(cluster, time)) return undefined;
  return decoded(data);
}

/** A ticket as PVE writes it, `PVE:user@realm:TIME::signature`; good for two hours on any node. */
export const newTicket = (cluster: Cluster, userid: string): string => assembled(cluster, userid);

/** A ticket that is good for nothing but to answer its challenge with. */
export const newHalfTicket = (cluster: Cluster, userid: string, challenge: string): string =>
  assembled(cluster, HALF + challenge, `:${userid}`);

/** Whether it is a half ticket of that user. */
export const isHalfTicket = (cluster: Cluster, userid: string, ticket: string): boolean =>
  verified(cluster, ticket, `:${userid}`)?.startsWith(HALF) === true;

/** Whose ticket it is; nobody's where it is forged, too old, or the user may not log in any more. */
export function ticketHolder(cluster: Cluster, ticket: string): string | undefined {
  const userid = verified(cluster, ticket);
  return userid !== undefined && isEnabled(cluster, userid) ? userid : undefined;
}

export const newCsrfToken = (cluster: Cluster, userid: string): string => {
  const time = hex(cluster.now());
  return `${time}:${signature(cluster, `csrf:${time}:${userid}`)}`;
};

export function isCsrfToken(cluster: Cluster, userid: string, token: string): boolean {
  const [, time = "", signed = ""] = /^([0-9A-F]{8}):(.+)$/.exec(token) ?? [];
  return equal(signature(cluster, `csrf:${time}:${userid}`), signed) && isFresh(cluster, time);
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

/** PVE's words for why a user may not log in; none where nothing speaks against it. */
function barred({ access, now }: Cluster, userid: string): string | undefined {
  const user = access.users.get(userid);
  if (!user) return `no such user ('${userid}')`;
  if (!user.enable) return `user '${userid}' is disabled`;
  return user.expire !== 0 && user.expire < now() ? `user '${userid}' access expired` : undefined;
}

const isEnabled = (cluster: Cluster, userid: string): boolean => barred(cluster, userid) === undefined;

export function mustBeEnabled(cluster: Cluster, userid: string): void {
  const words = barred(cluster, userid);
  if (words !== undefined) throw died(words);
}
