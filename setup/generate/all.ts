// npm run generate: writes what is made from other parts of the project.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../engine/command.ts";
import { made } from "./made.ts";

const root = join(import.meta.dirname, "../..");

for (const [file, text] of Object.entries(made)) writeFileSync(join(root, file), text());
const files = Object.keys(made).filter((file) => !file.endsWith(".md"));
const formatted = await command("npx", ["biome", "check", "--write", ...files], { cwd: root });
if (formatted.code !== 0) throw new Error(formatted.stdout + formatted.stderr);
