import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");

/** The text of a file as `npm run check` wants it. */
export const formatted = (file: string, text: string): string =>
  file.endsWith(".md")
    ? text
    : execFileSync(process.execPath, [biome, "check", "--write", `--stdin-file-path=${file}`], {
        cwd: root,
        input: text,
        encoding: "utf8",
      });
