import { authenticate } from "../../access/passwords.ts";
import { badParameters, forbidden } from "../api-error.ts";
import type { Call } from "../call.ts";
import { userOf } from "./users.ts";

/** The user to be changed, once whoever asks has shown their own password: root need not, and only root changes root. */
export function reauthenticated({ cluster, params, holder = "" }: Call, parameter = "password"): string {
  const userid = params.text("userid");
  userOf(cluster.access, userid);
  if (holder === "root@pam") return userid;
  if (userid === "root@pam") throw forbidden();
  const password = params.maybe(parameter);
  if (password === undefined) throw badParameters({ [parameter]: "password is required to modify user" });
  authenticate(cluster, holder, password);
  return userid;
}
