import { chmodSync, copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const LAUNCHER = "pulumi-resource-pulumi-nodejs";

/** Puts the starter of dynamic providers, which comes with the SDK, beside an engine that lacks it. */
export function addProviderLauncher(bin: string): void {
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
  copyExecutable(join(sdk, LAUNCHER), join(bin, LAUNCHER));
}

export function copyExecutable(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}
