import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Engine } from "./attempt.ts";

/**
 * The environment of every engine that our scripts and tests start: an own home, a backend in `folder`, no update
 * check, and nothing of the caller's own Pulumi or PVE settings.
 */
export function engineEnvironment(engine: Engine, folder: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const home = join(folder, "home");
  const state = join(folder, "state");
  const temporary = join(folder, "tmp");
  for (const path of [home, state, temporary]) mkdirSync(path, { recursive: true });
  const foreign = /^(PULUMI|PVE)_/;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    // The engine starts `node` by name: this one runs TypeScript, another might not.
    PATH: [dirname(process.execPath), engine.bin, process.env["PATH"] ?? ""].join(delimiter),
    // The language host leaves its pipes where it made them: there they go with everything else.
    TMPDIR: temporary,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "a stack that lives as long as this run",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...more,
  };
}
