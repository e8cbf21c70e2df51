// npm run generate: writes what is made from other parts of the project. --check: says what is not as it would be written.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatted } from "./formatted.ts";
import { made } from "./made.ts";

const root = join(import.meta.dirname, "../..");
const isCheck = process.argv.includes("--check");

for (const [file, text] of Object.entries(made)) {
  const path = join(root, file);
  const wanted = formatted(file, text());
  if (!isCheck) writeFileSync(path, wanted);
  else if (readFileSync(path, "utf8") !== wanted) {
    console.error(`${file} is not as the code has it: npm run generate writes it`);
    process.exitCode = 1;
  }
}
