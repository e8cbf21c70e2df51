import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandOptions, command, type Result } from "../engine/command.ts";
import type { OpenTofu } from "./opentofu.ts";

/** What bpg's provider takes from its environment to reach a cluster. */
export interface Cluster {
  readonly endpoint: string;
  /** PEM. */
  readonly ca: string;
  readonly login: Readonly<Record<`PROXMOX_VE_${string}`, string>>;
}

/** A folder for a configuration and its state, which takes bpg's provider from where it was built. */
export class TofuWorkspace {
  readonly folder: string;
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor({ file, provider }: OpenTofu, { endpoint, ca, login }: Cluster) {
    this.folder = mkdtempSync(join(tmpdir(), "pve-ops-tofu-"));
    this.#file = file;
    this.#env = {
      PATH: process.env["PATH"],
      HOME: this.folder,
      TMPDIR: this.folder,
      TF_CLI_CONFIG_FILE: join(this.folder, ".tofurc"),
      SSL_CERT_FILE: join(this.folder, "ca.pem"),
      PROXMOX_VE_ENDPOINT: endpoint,
      ...login,
    };
    this.write("ca.pem", ca);
    // With it there is no registry to ask, and no `tofu init` to run.
    const overrides = `dev_overrides { "bpg/proxmox" = ${JSON.stringify(provider)} }`;
    this.write(".tofurc", `provider_installation {\n ${overrides}\n direct {}\n}\n`);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  tofu(args: readonly string[], options: Pick<CommandOptions, "interrupt"> = {}): Promise<Result> {
    return command(this.#file, [...args, "-no-color"], { cwd: this.folder, env: this.#env, ...options });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
