import { ApiTokenRole } from "#providers/access/api-token-role.ts";
import { declareAll } from "#stacks/program.ts";

declareAll({ tokens: ApiTokenRole });
