import { apiOf } from "../schema/schema.ts";
import { acl } from "./access/acl.ts";
import { groups } from "./access/groups.ts";
import { logins } from "./access/login.ts";
import { roles } from "./access/roles.ts";
import { tokens } from "./access/tokens.ts";
import { users } from "./access/users.ts";
import type { Handler } from "./call.ts";

/** Where a real node names the commit it was built from. */
const LAB = "1ab1ab1ab1ab1ab1";

const version: Handler = ({ node }) => {
  const { version } = apiOf(node.release);
  return { version, release: node.release, repoid: LAB };
};

/** What the lab answers, by verb and path of the schema. Everything else is 501. */
export const handlers: Readonly<Record<string, Handler>> = {
  "GET /version": version,
  ...logins,
  ...roles,
  ...groups,
  ...users,
  ...tokens,
  ...acl,
};
