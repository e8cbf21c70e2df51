import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { good } from "./fixture.ts";

/** A Python with these packages, `name==version` each, made once and kept in the cache. */
export async function pythonWith(...packages: readonly string[]): Promise<string> {
  const place = join(cacheFolder(), `python-${packages.join("-").replaceAll("==", "-")}`);
  const python = join(place, "bin/python");
  // Written last: a folder without it was interrupted while it was made.
  const complete = join(place, "complete");
  if (existsSync(complete)) return python;
  mkdirSync(cacheFolder(), { recursive: true });
  await good(command("python3", ["-m", "venv", "--clear", place]));
  await good(command(python, ["-m", "pip", "install", "--quiet", ...packages]));
  writeFileSync(complete, "");
  return python;
}

/** Runs a program of Python's in a folder of its own; what it printed. */
export async function runPython(
  python: string,
  program: string,
  within: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const file = join(mkdtempSync(join(within, "python-")), "program.py");
  writeFileSync(file, program);
  return good(command(python, [file], { env: { ...process.env, ...env } }));
}
