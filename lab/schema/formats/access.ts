import { privilegesOf } from "../../access/privileges.ts";
import type { Release } from "../schema.ts";
import { only, refuse, type Validators, valid } from "./validator.ts";

const REALM = /[A-Za-z][A-Za-z0-9._-]+/.source;

const privilege = (release: Release) =>
  only(
    (text) => privilegesOf(release).has(text),
    (text) => `invalid privilege '${text}'`,
  );

function userId(text: string): void {
  if (text.length < 3) refuse(`user name '${text}' is too short`);
  if (text.length > 64) refuse(`user name '${text}' is too long (${text.length} > 64)`);
  if (!new RegExp(`^[^\\s:/]+@${REALM}$`).test(text)) refuse(`value '${text}' does not look like a valid user name`);
}

function poolId(text: string): void {
  if (text.split("/").length > 3) refuse(`pool name '${text}' nested too deeply (max levels = 3)`);
  if (!/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){0,2}$/.test(text))
    refuse(`pool name '${text}' contains invalid characters`);
}

export const accessFormats: Validators = {
  "pve-userid": userId,
  "pve-tokenid": only(
    new RegExp(`^[^\\s:/]+@${REALM}!${REALM}$`),
    (text) => `value '${text}' does not look like a valid token ID`,
  ),
  "pve-realm": valid("realm", new RegExp(`^${REALM}$`)),
  "pve-groupid": only(/^[A-Za-z0-9._-]+$/, (text) => `group name '${text}' contains invalid characters`),
  "pve-roleid": only(/^[A-Za-z0-9._-]+$/, (text) => `role name '${text}' contains invalid characters`),
  "pve-poolid": poolId,
  "pve-priv@8.4": privilege("8.4"),
  "pve-priv@9.2": privilege("9.2"),
  "ldap-simple-attr": only(
    /^[a-zA-Z0-9]+$/,
    (text) => `value '${text}' does not look like a simple ldap attribute name`,
  ),
};
