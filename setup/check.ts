// npm run check: types, lint, format, and what is made from the code. --write mends the format.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const modules = join(root, "node_modules");
const fix = process.argv.includes("--write") ? ["--write"] : [];
const checks = [
  { name: "types", file: join(modules, "typescript/bin/tsc"), args: ["-p", root] },
  {
    name: "lint and format",
    file: join(modules, "@biomejs/biome/bin/biome"),
    args: ["check", "--error-on-warnings", ...fix],
  },
  { name: "made from the code", file: join(root, "setup/generate/all.ts"), args: ["--check"] },
];

const failed = checks.filter(({ file, args }) => {
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: "inherit" });
  return status !== 0;
});
for (const { name } of failed) console.error(`not clean: ${name}`);
process.exitCode = failed.length > 0 ? 1 : 0;
