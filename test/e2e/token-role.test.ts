import { tokenRoleOn } from "./token-role-on.ts";

tokenRoleOn("9.2");
