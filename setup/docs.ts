// npm run docs: writes the pages that are made from the code.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { labDocument } from "../lab/document.ts";

writeFileSync(join(import.meta.dirname, "../docs/lab.md"), labDocument());
