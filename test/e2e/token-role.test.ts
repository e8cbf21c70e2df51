import { tokenRoleOn } from "./token-role-on.ts";

tokenRoleOn("9.2", ["POST /access/users/*/token/*", "PUT /access/acl"]);
