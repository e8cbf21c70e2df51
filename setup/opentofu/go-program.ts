import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Say } from "../engine/attempt.ts";
import { cacheFolder, keep, makeCacheFolder } from "../engine/cache.ts";
import { type CommandOptions, command } from "../engine/command.ts";

export interface GoProgram {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** The package with its `main`, below the module. */
  readonly main: string;
}

/** A folder with a program that is built from its Go module, as its authors pinned it; made once and kept. */
export async function built(program: GoProgram, say: Say, interrupt?: AbortSignal): Promise<string> {
  const place = join(cacheFolder(), `${program.name}-${program.version}`);
  if (existsSync(place)) return place;
  makeCacheFolder(cacheFolder());
  const work = mkdtempSync(join(cacheFolder(), "build-"));
  try {
    return keep(await build(program, work, { say, interrupt }), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function build(
  { name, module, version, main }: GoProgram,
  work: string,
  { say, interrupt }: { readonly say: Say; readonly interrupt: AbortSignal | undefined },
): Promise<string> {
  const done = (args: readonly string[], options: CommandOptions) =>
    ended(`building ${name} ${version}`, args, { ...options, interrupt });
  say(`fetching the Go modules of ${name} ${version}`);
  const said = await done(["go", "mod", "download", "-json", `${module}@${version}`], { cwd: work });
  const { Dir }: { Dir: string } = JSON.parse(said.slice(said.indexOf("{")));
  // The module cache is read-only, and what a module replaces counts only where it is built in its own folder.
  const source = join(work, "source");
  cpSync(Dir, source, { recursive: true });
  await done(["chmod", "-R", "u+w", source], {});
  const bin = join(work, "bin");
  mkdirSync(bin);
  say(`compiling ${name} ${version}, once`);
  const env = { ...process.env, CGO_ENABLED: "0" };
  await done(["go", "build", "-trimpath", "-o", join(bin, name), main], { cwd: source, env });
  return bin;
}

async function ended(doing: string, [file = "", ...args]: readonly string[], options: CommandOptions): Promise<string> {
  const { code, stdout, stderr } = await command(file, args, options);
  if (code === 127) throw new Error(`${doing}: there is no ${file} on PATH, which it takes`);
  if (code !== 0) throw new Error(`${doing}: ${file} ended with ${code}\n${stdout}${stderr}`.trimEnd());
  return stdout;
}
