import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, keep, makeCacheFolder } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { good } from "./fixture.ts";

export interface GoProgram {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** The package with its `main`, below the module. */
  readonly main: string;
}

/** A folder with a program that is built from its Go module, as its authors pinned it; made once and kept. */
export async function built({ name, module, version, main }: GoProgram): Promise<string> {
  const place = join(cacheFolder(), `${name}-${version}`);
  if (existsSync(place)) return place;
  makeCacheFolder(cacheFolder());
  const work = mkdtempSync(join(cacheFolder(), "build-"));
  try {
    const said = await good(command("go", ["mod", "download", "-json", `${module}@${version}`], { cwd: work }));
    const { Dir }: { Dir: string } = JSON.parse(said.slice(said.indexOf("{")));
    // The module cache is read-only, and what a module replaces counts only where it is built in its own folder.
    const source = join(work, "source");
    cpSync(Dir, source, { recursive: true });
    await good(command("chmod", ["-R", "u+w", source]));
    const bin = join(work, "bin");
    mkdirSync(bin);
    const env = { ...process.env, CGO_ENABLED: "0" };
    await good(command("go", ["build", "-trimpath", "-o", join(bin, name), main], { cwd: source, env }));
    return keep(bin, place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
