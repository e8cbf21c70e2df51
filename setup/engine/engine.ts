import { delimiter, join, resolve } from "node:path";
import { type Attempt, type Engine, failed, type Say } from "./attempt.ts";
import { build, builtFolder } from "./build.ts";
import { cacheFolder } from "./cache.ts";
import { download, downloadedFolder } from "./download.ts";
import { isExecutable, onPath } from "./on-path.ts";
import { ENGINE } from "./version.ts";

type Way = "path" | "download" | "build";
const WAYS: readonly Way[] = ["path", "download", "build"];

/** The ways to try, in order, by what `PVE_OPS_ENGINE` says: nothing, one way, or a folder that holds an engine. */
export function ways(choice: string | undefined): readonly Way[] | { readonly folder: string } {
  if (!choice || choice === "auto") return WAYS;
  const one = WAYS.find((way) => way === choice);
  if (one) return [one];
  if (choice.includes("/")) return { folder: resolve(choice) };
  throw new Error(
    `PVE_OPS_ENGINE is ${JSON.stringify(choice)}: want ${WAYS.join(", ")}, auto, or the path of a folder`,
  );
}

/** Finds, downloads or builds a Pulumi engine; says plainly what was tried when none can be had. */
export async function ensureEngine(say: Say, env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const reasons: string[] = [];
  const begun = Date.now();
  const patience = setInterval(() => say(`still at it after ${Math.round((Date.now() - begun) / 1000)} s`), 30_000);
  try {
    for (const { name, attempt } of attempts(say, env)) {
      const result = await attempt();
      if ("engine" in result) return result.engine;
      reasons.push(`  ${name}: ${result.why}`);
    }
  } finally {
    clearInterval(patience);
  }
  const chosen = env["PVE_OPS_ENGINE"];
  const next = chosen
    ? `That is what PVE_OPS_ENGINE allows (${chosen}): without it, all ways are tried.`
    : "Put pulumi on PATH (its install page has one line for it), or go, to build it from Go modules.";
  throw new Error(["no Pulumi engine can be had here:", ...reasons, next].join("\n"));
}

interface NamedAttempt {
  readonly name: string;
  readonly attempt: () => Promise<Attempt>;
}

function attempts(say: Say, env: NodeJS.ProcessEnv): NamedAttempt[] {
  const chosen = ways(env["PVE_OPS_ENGINE"]);
  if ("folder" in chosen) {
    const path = [chosen.folder, env["PATH"]].join(delimiter);
    return [{ name: `PVE_OPS_ENGINE=${chosen.folder}`, attempt: () => onPath(path, "PVE_OPS_ENGINE") }];
  }
  const cache = join(cacheFolder(env), `engine-${process.platform}-${process.arch}`);
  const kept = { download: join(cache, downloadedFolder, "bin"), build: join(cache, builtFolder, "bin") };
  const fetched = chosen.filter((way) => way !== "path");
  return [
    ...chosen.filter((way) => way === "path").map((name) => ({ name, attempt: () => onPath(env["PATH"], "PATH") })),
    // What an earlier run made comes before trying the network again.
    ...fetched.map((way) => ({ name: `${way}, kept`, attempt: async () => keptIn(kept[way], way) })),
    ...fetched.map((name) => ({
      name,
      attempt: () => (name === "build" ? build(cache, say, env) : download(cache, say)),
    })),
  ];
}

const keptIn = (bin: string, from: Engine["from"]): Attempt =>
  isExecutable(join(bin, "pulumi")) ? { engine: { bin, version: ENGINE, from } } : failed("none in the cache yet");
