import { declareAll } from "#stacks/program.ts";
import { LocalBlock } from "#test/fixture/local-block.ts";

declareAll({ blocks: LocalBlock });
