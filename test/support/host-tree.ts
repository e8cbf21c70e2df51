import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LOADER, loaded } from "#providers/host/loader.ts";
import { type Outcome, outcomeIn } from "#providers/host/outcome.ts";
import { batch, type HostStep } from "#providers/host/step.ts";

/** A folder that stands for a host's `/`, on which our programs run for real by their root prefix. */
export class HostTree {
  readonly root = mkdtempSync(join(tmpdir(), "pve-ops-tree-"));
  readonly #shell: string;

  constructor(shell = "dash") {
    this.#shell = shell;
    for (const folder of ["etc/default", "var/lib", "run/lock"])
      mkdirSync(join(this.root, folder), { recursive: true });
  }

  at(path: string): string {
    return join(this.root, path);
  }

  /** Lays a file; text is binary. */
  lay(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text, "latin1");
  }

  /** Runs a program as a host would. */
  async run(program: string, data: Uint8Array | string): Promise<string> {
    const child = spawn(this.#shell, ["-c", LOADER], {
      env: { ...process.env, PVE_OPS_ROOT: this.root },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.on("error", () => {}); // it may end before it has read everything
    child.stdin.end(loaded(program, data));
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("latin1");
  }

  async apply(steps: readonly HostStep[], lockSeconds = 10): Promise<Outcome> {
    const { program, data } = batch(steps, lockSeconds);
    return outcomeIn(await this.run(program, data), "the tree");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
