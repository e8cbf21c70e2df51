import { tokenRoleOn } from "./token-role-on.ts";

tokenRoleOn("8.4", [
  ...["POST /access/users", "POST /access/users/*/token/*", "POST /access/roles"],
  "PUT /access/acl",
]);
