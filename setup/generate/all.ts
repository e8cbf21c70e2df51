// npm run generate: writes what is made from other parts of the project.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { labDocument } from "../../lab/document.ts";
import { command } from "../engine/command.ts";
import { endpointsModule } from "./endpoints.ts";

const root = join(import.meta.dirname, "../..");
const made: Readonly<Record<string, () => string>> = {
  "docs/lab.md": labDocument,
  "providers/pve/endpoints.ts": endpointsModule,
};

for (const [file, text] of Object.entries(made)) writeFileSync(join(root, file), text());
const formatted = await command("npx", ["biome", "check", "--write", "providers/pve/endpoints.ts"], { cwd: root });
if (formatted.code !== 0) throw new Error(formatted.stdout + formatted.stderr);
