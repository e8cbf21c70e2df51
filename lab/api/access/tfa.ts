import {
  isEmpty,
  locksOf,
  newRecoveryKeys,
  noFactors,
  type SecondFactors,
  type TotpEntry,
} from "../../access/second-factors.ts";
import { parseTotp, periodOf } from "../../access/totp.ts";
import type { Cluster } from "../../cluster.ts";
import { ApiError, died } from "../api-error.ts";
import { type Call, type Handler, may } from "../call.ts";
import { reauthenticated } from "./reauthenticate.ts";
import { userOf } from "./users.ts";

const RECOVERY = "recovery";

const list: Handler = (call) => {
  const { cluster, holder } = call;
  return [...cluster.tfa]
    .filter(([userid]) => userid === holder || seesUser(call, userid))
    .map(([userid, factors]) => ({ userid, entries: entriesOf(factors), ...locksOf(factors, cluster.now()) }));
};

function seesUser(call: Call, userid: string): boolean {
  const sees = (path: string) => may(call, path, "User.Modify", "Sys.Audit");
  const groups = [...call.cluster.access.groups].filter(([, { members }]) => members.has(userid));
  return sees("/access/groups") || groups.some(([group]) => sees(`/access/groups/${group}`));
}

interface Told {
  readonly id: string;
}

/** The entries as they are told: without secrets, `enable` only where it is off. */
function entriesOf({ totp, recovery }: SecondFactors): Told[] {
  return [
    ...(recovery ? [{ type: RECOVERY, id: RECOVERY, created: recovery.created }] : []),
    ...totp.map(({ id, description, created, enable }) => ({
      ...{ type: "totp", id, created },
      ...(description === "" ? {} : { description }),
      ...(enable ? {} : { enable: 0 }),
    })),
  ];
}

const factorsOf = ({ cluster, params }: Call): SecondFactors => cluster.tfa.get(params.text("userid")) ?? noFactors();

const ofUser: Handler = (call) => entriesOf(factorsOf(call));

const read: Handler = (call) => {
  const id = call.params.text("id");
  const entry = entriesOf(factorsOf(call)).find((one) => one.id === id);
  if (!entry) throw new ApiError(404, `No such tfa entry '${id}'`);
  return entry;
};

const add: Handler = (call) => {
  const { cluster, params } = call;
  const userid = reauthenticated(call);
  const type = params.text("type");
  if (type !== "totp" && type !== RECOVERY) throw new ApiError(501, `${type} is not part of the lab`);
  mark(cluster, userid, "x");
  const factors = cluster.tfa.get(userid) ?? noFactors();
  const added = type === "totp" ? addTotp(call, factors) : addRecovery(call, factors);
  cluster.tfa.set(userid, factors);
  return added;
};

/** What tells in `user.cfg` that a user has second factors. */
function mark({ access }: Cluster, userid: string, keys: string | undefined): void {
  userOf(access, userid).keys = keys;
}

function addTotp({ cluster, params }: Call, factors: SecondFactors): object {
  if (params.has("challenge")) throw died("'challenge' parameter is invalid for 'totp' entries");
  const [description, uri, value] = [params.maybe("description"), params.maybe("totp"), params.maybe("value")];
  if (description === undefined) throw died("'description' is required for new entries");
  if (uri === undefined || value === undefined) throw died("'totp' type requires both 'totp' and 'value' parameters");
  const secret = parseTotp(uri);
  const created = cluster.now();
  if (periodOf(secret, value, created) === undefined) throw died("failed to verify TOTP challenge");
  const id = cluster.chance.uuid();
  factors.totp.push({ id, created, secret, description, enable: true, lastPeriod: -1 });
  return { id };
}

function addRecovery({ cluster, params }: Call, factors: SecondFactors): object {
  if (["totp", "value", "challenge"].some((key) => params.has(key)))
    throw died("generating recovery tokens does not allow additional parameters");
  if (factors.recovery) throw died("user already has recovery keys");
  const recovery = newRecoveryKeys(cluster.chance);
  factors.recovery = { created: cluster.now(), keys: [...recovery] };
  return { id: RECOVERY, recovery };
}

/** Recovery keys are none of these: they are neither described nor switched off. */
const entryOf = ({ totp }: SecondFactors, id: string): TotpEntry | undefined => totp.find((entry) => entry.id === id);

const update: Handler = (call) => {
  const { params } = call;
  reauthenticated(call);
  const entry = entryOf(factorsOf(call), params.text("id"));
  if (!entry) throw died("no such entry");
  entry.description = params.maybe("description") ?? entry.description;
  entry.enable = params.flag("enable") ?? entry.enable;
  return null;
};

const remove: Handler = (call) => {
  const { cluster, params } = call;
  const userid = reauthenticated(call);
  const id = params.text("id");
  const factors = factorsOf(call);
  const entry = entryOf(factors, id);
  if (!entry && !(id === RECOVERY && factors.recovery)) throw died("no such entry");
  if (entry) factors.totp.splice(factors.totp.indexOf(entry), 1);
  else factors.recovery = undefined;
  if (!isEmpty(factors)) return null;
  cluster.tfa.delete(userid);
  mark(cluster, userid, undefined);
  return null;
};

export const tfa: Readonly<Record<string, Handler>> = {
  "GET /access/tfa": list,
  "GET /access/tfa/{userid}": ofUser,
  "POST /access/tfa/{userid}": add,
  "GET /access/tfa/{userid}/{id}": read,
  "PUT /access/tfa/{userid}/{id}": update,
  "DELETE /access/tfa/{userid}/{id}": remove,
};
