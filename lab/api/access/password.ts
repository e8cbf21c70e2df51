import { realmOf, storePassword } from "../../access/passwords.ts";
import { forbidden } from "../api-error.ts";
import type { Handler } from "../call.ts";
import { reauthenticated } from "./reauthenticate.ts";
import { mustBeEnabled } from "./tickets.ts";

const change: Handler = (call) => {
  const { cluster, params, holder } = call;
  const userid = reauthenticated(call, "confirmation-password");
  if (holder === userid) mustBeEnabled(cluster, userid);
  else if (holder !== "root@pam" && realmOf(userid) === "pam") throw forbidden();
  storePassword(cluster, userid, params.text("password"));
  return null;
};

export const password: Readonly<Record<string, Handler>> = { "PUT /access/password": change };
