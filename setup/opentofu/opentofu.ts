import { join } from "node:path";
import type { Say } from "../engine/attempt.ts";
import { built, type GoProgram } from "./go-program.ts";

export const TOFU = {
  name: "tofu",
  module: "github.com/opentofu/opentofu",
  version: "v1.10.10",
  main: "./cmd/tofu",
} as const satisfies GoProgram;

/** bpg's provider for Proxmox VE. */
export const BPG = {
  name: "terraform-provider-proxmox",
  module: "github.com/bpg/terraform-provider-proxmox",
  version: "v0.111.1",
  main: ".",
} as const satisfies GoProgram;

export interface OpenTofu {
  /** The program. */
  readonly file: string;
  /** The folder of bpg's provider. */
  readonly provider: string;
}

/** OpenTofu and bpg's provider, built from their Go modules where the cache has none. */
export async function ensureOpenTofu(say: Say, interrupt?: AbortSignal): Promise<OpenTofu> {
  const tofu = await built(TOFU, say, interrupt);
  return { file: join(tofu, TOFU.name), provider: await built(BPG, say, interrupt) };
}
