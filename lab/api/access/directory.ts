import type { Handler } from "../call.ts";

const subdirs =
  (...names: readonly string[]): Handler =>
  () =>
    names.map((subdir) => ({ subdir }));

/** What PVE tells of what lies below, in the order in which it tells it. */
export const directory: Readonly<Record<string, Handler>> = {
  "GET /access": subdirs("users", "groups", "roles", "acl", "domains", "openid", "tfa", "ticket", "password"),
  "GET /access/openid": subdirs("auth-url", "login"),
};
