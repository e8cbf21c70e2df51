#!/usr/bin/env node
// The operator's commands, from whatever Node is there: compiled as in the package, or out of a clone.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiled = join(root, "dist", "cli", "main.js");

if (Number(process.versions.node.split(".")[0]) < OLDEST) {
  process.stderr.write(`pve-ops: Node ${OLDEST} or newer is needed, this is ${process.version}\n`);
  process.exitCode = 2;
} else if (existsSync(compiled)) {
  const { main } = await import(compiled);
  process.exitCode = await main(process.argv.slice(2));
} else {
  // A clone holds TypeScript: its own Node 24 runs that.
  const start = [join(root, "setup", "start.mjs"), "cli/main.ts", ...process.argv.slice(2)];
  const child = spawn(process.execPath, start, { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.on("SIGINT", () => {});
  child.on("exit", (code) => {
    process.exitCode = code ?? 2;
  });
}
