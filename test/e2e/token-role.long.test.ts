import { tokenRoleOn } from "./token-role-on.ts";

tokenRoleOn("8.4");
