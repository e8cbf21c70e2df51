import { normalPath } from "../../access/acl-path.ts";
import { need } from "../../access/authorize.ts";
import { capabilities } from "../../access/capabilities.ts";
import { authenticate, lookUp } from "../../access/passwords.ts";
import { permissions } from "../../access/permissions.ts";
import { listItems } from "../../schema/formats.ts";
import { ApiError, died } from "../api-error.ts";
import type { Call, Handler } from "../call.ts";
import { secondStep } from "./second-step.ts";
import { mustBeEnabled, newCsrfToken, newHalfTicket, newTicket, ticketHolder } from "./tickets.ts";

interface Login {
  readonly username: string;
  readonly ticket?: string;
  readonly CSRFPreventionToken?: string;
  readonly NeedTFA?: 1;
}

/** Logs in, or says whether somebody could. Who fails is not told why. */
const login: Handler = (call) => {
  const { cluster, node, params } = call;
  const realm = params.maybe("realm");
  const userid = lookUp(cluster, params.text("username") + (realm === undefined ? "" : `@${realm}`));
  const done = secretly(() => {
    mustBeEnabled(cluster, userid);
    return params.text("path") && params.text("privs") ? verified(call, userid) : ticketFor(call, userid);
  });
  const seesCluster = permissions(cluster.access, node.release, userid, "/").has("Sys.Audit");
  return {
    ...done,
    ...(done.NeedTFA ? {} : { cap: capabilities(cluster.access, node.release, userid) }),
    ...(seesCluster ? { clustername: cluster.name } : {}),
  };
};

function secretly<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    throw new ApiError(401, "authentication failure\n");
  }
}

/** Whether a user is who they say and holds what is asked for; makes no ticket, asks for no second factor. */
function verified({ cluster, node, params }: Call, userid: string): Login {
  const path = normalPath(params.text("path"));
  if (path === undefined) throw died(`invalid path - ${params.text("path")}`);
  const password = params.text("password");
  const said = params.maybe("otp");
  if (ticketHolder(cluster, password) !== userid) {
    authenticate(cluster, userid, password);
    secondStep({ to: cluster, userid, said, challenge: undefined });
  }
  need({ config: cluster.access, release: node.release, holder: userid }, path, listItems(params.text("privs")), false);
  return { username: userid };
}

/** A password, a ticket in its place, or the answer to the challenge of a half ticket. Root's is good for everybody. */
function ticketFor({ cluster, params }: Call, userid: string): Login {
  const password = params.text("password");
  const [otp, challenge] = [params.maybe("otp"), params.maybe("tfa-challenge")];
  if (otp !== undefined && challenge !== undefined)
    throw died("TFA response should be in 'password', not 'otp' when 'tfa-challenge' is set");
  const shown = challenge === undefined ? ticketHolder(cluster, password) : undefined;
  const known = shown === "root@pam" || shown === userid;
  if (!known && !challenge) authenticate(cluster, userid, password);
  const left = known
    ? undefined
    : secondStep({ to: cluster, userid, said: challenge ? password : otp, challenge: challenge || undefined });
  return {
    username: userid,
    ticket: left === undefined ? newTicket(cluster, userid) : newHalfTicket(cluster, userid, left),
    CSRFPreventionToken: newCsrfToken(cluster, userid),
    ...(left === undefined ? {} : { NeedTFA: 1 }),
  };
}

export const logins: Readonly<Record<string, Handler>> = {
  "GET /access/ticket": () => null,
  "POST /access/ticket": login,
};
