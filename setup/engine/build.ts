import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Attempt, failed, type Say } from "./attempt.ts";
import { keep, makeCacheFolder } from "./cache.ts";
import { command, type Result } from "./command.ts";
import { addProviderLauncher, copyExecutable } from "./launchers.ts";
import { atLeast, ENGINE, LANGUAGE_HOST } from "./version.ts";

export const builtFolder = `built-${ENGINE}-${LANGUAGE_HOST}`;

const OLDEST_GO = "1.21.0"; // from here on Go fetches the newer toolchain that a module asks for
const SDK = "github.com/pulumi/pulumi/sdk/v3";
const VERSION_FLAG = `${SDK}/go/common/version.Version`;

interface Program {
  readonly name: string;
  readonly source: string;
  readonly version: string;
}

const CLI: Program = { name: "pulumi", source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", version: ENGINE };
const HOST: Program = {
  name: "pulumi-language-nodejs",
  source: `${SDK}/nodejs/cmd/pulumi-language-nodejs`,
  version: LANGUAGE_HOST,
};

/** Builds the engine from its Go modules, for where nothing can be downloaded but those. */
export async function build(cache: string, say: Say, env: NodeJS.ProcessEnv = process.env): Promise<Attempt> {
  const go = await command("go", ["env", "GOVERSION"], { limit: 20_000, env });
  if (go.code !== 0) return failed("there is no go on PATH to build it with");
  const version = go.stdout.trim().replace(/^go/, "");
  if (!atLeast(`${version}.0`, OLDEST_GO)) return failed(`go is ${version}, building needs ${OLDEST_GO} or newer`);

  makeCacheFolder(cache);
  const work = mkdtempSync(join(cache, "build-"));
  try {
    const root = join(work, "engine");
    const bin = join(root, "bin");
    mkdirSync(bin, { recursive: true });
    for (const program of [CLI, HOST]) {
      const wrong = await buildProgram(program, { folder: join(work, program.name), bin, env }, say);
      if (wrong) return failed(wrong);
    }
    await addPolicyLauncher({ folder: join(work, HOST.name), bin, env });
    addProviderLauncher(bin);
    const kept = keep(root, join(cache, builtFolder));
    return { engine: { bin: join(kept, "bin"), version: ENGINE, from: "build" } };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Place {
  /** Where the module is made that it is built from. */
  readonly folder: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
}

async function buildProgram(program: Program, place: Place, say: Say): Promise<string | undefined> {
  const { name, source, version } = program;
  const { folder, bin, env } = place;
  mkdirSync(folder);
  writeFileSync(join(folder, "go.mod"), "module pve-ops/engine\n\ngo 1.21\n");
  say(`fetching the Go modules of ${name} ${version}`);
  const got = await command("go", ["get", `${source}@v${version}`], { cwd: folder, env });
  if (got.code !== 0) return `the Go modules of ${name} ${version} cannot be had: ${whatFailed(got)}`;
  say(`compiling ${name} ${version}, once`);
  const flags = ["-trimpath", `-ldflags=-s -w -X ${VERSION_FLAG}=v${version}`, "-o", join(bin, name)];
  const built = await command("go", ["build", ...flags, source], { cwd: folder, env });
  if (built.code !== 0) return `${name} ${version} does not compile: ${whatFailed(built)}`;
  return undefined;
}

/**
 * That language host cannot start policy packs. The engine falls back to a program named for the pack's runtime:
 * a pack with `runtime: nodelegacy` is started by this one.
 */
async function addPolicyLauncher({ folder, bin, env }: Place): Promise<void> {
  const { stdout } = await command("go", ["list", "-m", "-f", "{{.Dir}}", SDK], { cwd: folder, env });
  copyExecutable(
    join(stdout.trim(), "nodejs/dist/pulumi-analyzer-policy"),
    join(bin, "pulumi-analyzer-policy-nodelegacy"),
  );
}

const whatFailed = ({ code, stderr }: Result): string =>
  stderr.trim().split("\n").slice(-3).join(" / ") || `exit ${code}`;
