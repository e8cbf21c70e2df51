import { ApiError, died } from "../api/api-error.ts";
import type { RealmType } from "./realm-types.ts";
import { isOn, type Realms } from "./realms.ts";
import type { UserConfig } from "./user-config.ts";

/** What a password is held against. */
export interface Accounts {
  readonly access: UserConfig;
  readonly realms: Realms;
  /** By user: those of PVE's own realm and those of the nodes' operating system. */
  readonly passwords: Map<string, string>;
}

export const realmOf = (userid: string): string => userid.split("@").at(-1) ?? "";
export const nameOf = (userid: string): string => userid.slice(0, userid.lastIndexOf("@"));

/** The type of the realm that a user is of, or PVE's words that there is no such realm. */
export function realmType({ realms }: Accounts, userid: string): RealmType {
  const realm = realms.get(realmOf(userid));
  if (!realm) throw died(`auth domain '${realmOf(userid)}' does not exist`);
  return realm.type;
}

/** Throws in the words of the realm unless the password is the user's. */
export function authenticate(accounts: Accounts, userid: string, password: string): void {
  const type = realmType(accounts, userid);
  const known = accounts.passwords.get(userid);
  if (type === "openid") throw died("OpenID realm does not allow password verification.");
  if (type === "ad" || type === "ldap") throw new ApiError(501, "a directory server is not part of the lab");
  if (password === "") throw died("no password");
  if (known === password) return;
  if (type === "pam") throw died("Authentication failure");
  throw died(known === undefined ? "no password set" : "invalid credentials");
}

/** Sets a user's password where its realm keeps passwords. */
export function storePassword(accounts: Accounts, userid: string, password: string): void {
  const type = realmType(accounts, userid);
  if (type !== "pve" && type !== "pam") throw died(`can't set password on auth type '${type}'`);
  // PVE makes no users of the operating system: it has only those who have a password there.
  if (type === "pam" && userid !== "root@pam" && !accounts.passwords.has(userid))
    throw died(`change password failed: user '${nameOf(userid)}' does not exist`);
  accounts.passwords.set(userid, password);
}

/** The users that a name may mean in a realm that does not look at case; none in any other. */
export function namesakes({ access, realms }: Accounts, userid: string): string[] {
  const caseSensitive = realms.get(realmOf(userid))?.options.get("case-sensitive");
  if (caseSensitive === undefined || isOn(caseSensitive)) return [];
  return [...access.users.keys()].filter((known) => known.toLowerCase() === userid.toLowerCase());
}

/** The user that is meant by a name. */
export function lookUp(accounts: Accounts, userid: string): string {
  const [first, ...others] = namesakes(accounts, userid);
  if (others.length > 0)
    throw died(`ambiguous case insensitive match of username '${userid}', cannot safely grant access!`);
  return first ?? userid;
}
