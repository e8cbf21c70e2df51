import { ApiTokenRole } from "#providers/access/api-token-role.ts";
import { declareAll } from "./program.ts";

// The resources of this version, by the name of their list in the stack config.
declareAll({ tokens: ApiTokenRole });
