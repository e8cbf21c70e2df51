import { realmOf } from "../../access/passwords.ts";
import { type Realm, tfaType } from "../../access/realms.ts";
import { challengeOf, prove, unused } from "../../access/second-factors.ts";
import type { Cluster } from "../../cluster.ts";
import { died } from "../api-error.ts";
import { isHalfTicket } from "./tickets.ts";

export interface Response {
  readonly to: Cluster;
  readonly userid: string;
  /** Such as `totp:123456`. */
  readonly said: string | undefined;
  /** The half ticket that is answered, where there is one. */
  readonly challenge: string | undefined;
}

/** What is left to ask of a user who knows the password: a challenge, or nothing. Throws where the response is wrong. */
export function secondStep({ to: cluster, userid, said, challenge }: Response): string | undefined {
  const wanted = wantedBy(cluster.realms.get(realmOf(userid)));
  const factors = cluster.tfa.get(userid);
  if (wanted === "yubico" && challenge === undefined) {
    const { recovery } = factors ?? {};
    return JSON.stringify({ yubico: true, ...(recovery ? { recovery: unused(recovery) } : {}) });
  }
  if (wanted !== undefined && said !== undefined) mustBeOf(wanted, said);
  if (challenge !== undefined) {
    if (!isHalfTicket(cluster, userid, challenge)) throw died("permission denied - invalid PVE ticket");
    answer(cluster, userid, said ?? "");
    return undefined;
  }
  const asked = factors && challengeOf(factors);
  if (wanted !== undefined && !asked) throw died("missing required 2nd keys");
  if (said !== undefined && !asked) throw died("no such challenge");
  // Whoever is right at once is asked again all the same: PVE forgets to drop the challenge.
  if (said !== undefined) answer(cluster, userid, said);
  return asked && JSON.stringify(asked);
}

function answer(cluster: Cluster, userid: string, said: string): void {
  const factors = cluster.tfa.get(userid);
  if (!factors || !prove(factors, said, cluster.now())) throw died("failed 2nd factor");
}

/** The kind of second factor that a realm wants of all its users. */
function wantedBy(realm: Realm | undefined): string | undefined {
  const type = realm && tfaType(realm);
  return type === "oath" ? "totp" : type;
}

function mustBeOf(wanted: string, said: string): void {
  const kind = /^([^:]+):/.exec(said)?.[1];
  if (kind === undefined) throw died("bad otp response");
  if (kind !== "recovery" && kind !== wanted) throw died(`realm requires ${wanted} authentication`);
}
