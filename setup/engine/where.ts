// npm run --silent engine: the folder of a pulumi, for PATH; made first where there is none.
import { ensureEngine } from "./engine.ts";

console.log((await ensureEngine((text) => console.error(`${text} …`))).bin);
