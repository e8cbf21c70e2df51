import { realmOf } from "../../access/passwords.ts";
import { tfaType } from "../../access/realms.ts";
import { noFactors, unlock } from "../../access/second-factors.ts";
import type { Release } from "../../schema/schema.ts";
import { died } from "../api-error.ts";
import type { Handler } from "../call.ts";

/** Where PVE stumbles over recovery keys, which are no list as the other kinds are. */
const STUMBLES: Readonly<Record<Release, number>> = { "8.4": 580, "9.2": 640 };

/** Which kinds of second factor the realm asks for and the user has. */
const types: Handler = ({ cluster, node, params }) => {
  const userid = params.text("userid");
  const realm = cluster.realms.get(realmOf(userid));
  if (!realm) throw died(`auth domain '${realmOf(userid)}' does not exist`);
  const { totp, recovery } = cluster.tfa.get(userid) ?? noFactors();
  const byRealm = tfaType(realm);
  if (params.flag("multiple") && recovery)
    throw died(`Not an ARRAY reference at /usr/share/perl5/PVE/API2/User.pm line ${STUMBLES[node.release]}.`);
  const first = totp.length > 0 ? "oath" : recovery && "incompatible";
  const user = params.flag("multiple") ? totp.slice(0, 1).map(() => "totp") : first;
  return { ...(byRealm ? { realm: byRealm } : {}), ...(user ? { user } : {}) };
};

const unlockUser: Handler = ({ cluster, params }) => {
  const factors = cluster.tfa.get(params.text("userid"));
  if (!factors) throw died("no such challenge");
  return Number(unlock(factors));
};

export const userTfa: Readonly<Record<string, Handler>> = {
  "GET /access/users/{userid}/tfa": types,
  "PUT /access/users/{userid}/unlock-tfa": unlockUser,
};
