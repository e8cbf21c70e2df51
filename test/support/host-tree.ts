import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { type Outcome, outcomeIn } from "#providers/host/outcome.ts";
import { READ, WATCHED } from "#providers/host/program/facts.ts";
import { factsIn } from "#providers/host/read-facts.ts";
import { LOADER, loaded } from "#providers/host/ssh/loader.ts";
import { batch, type HostStep } from "#providers/host/step.ts";

/** A folder that stands for a host's `/`, on which our programs run for real by their root prefix. */
export class HostTree {
  readonly root = mkdtempSync(join(tmpdir(), "pve-ops-tree-"));
  /** What is done, in a mount namespace of its own, before the shell begins. */
  within = "";
  readonly #shell: string;

  constructor(shell = "dash") {
    this.#shell = shell;
    for (const folder of ["etc/default", "var/lib", "run"]) mkdirSync(join(this.root, folder), { recursive: true });
  }

  at(path: string): string {
    return join(this.root, path);
  }

  has(path: string): boolean {
    return existsSync(this.at(path));
  }

  /** Lays a file; text is binary. */
  lay(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text, "latin1");
  }

  /** Runs a program as a host would; `seen` is told what was printed so far, and may end it. */
  async run(program: string, data: Uint8Array | string, seen?: (printed: string, kill: () => void) => void) {
    const before = this.within === "" ? [] : ["unshare", "-Urm", "sh", "-c", `${this.within}; exec "$@"`, "sh"];
    const [command = "", ...args] = [...before, this.#shell, "-c", LOADER];
    const child = spawn(command, args, {
      env: { ...process.env, PVE_OPS_ROOT: this.root },
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
    child.stdin.on("error", () => {}); // it may end before it has read everything
    child.stdin.end(loaded(program, data));
    let printed = "";
    for await (const chunk of child.stdout) {
      printed += Buffer.from(chunk).toString("latin1");
      seen?.(printed, kill);
    }
    return printed;
  }

  /** Has programs of the tree's folder `/tool` come before those of the same name. */
  async withTools<T>(programs: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
    const before = process.env["PATH"];
    for (const [name, text] of Object.entries(programs)) {
      this.lay(`/tool/${name}`, `#!/bin/sh\n${text}\n`);
      chmodSync(this.at(`/tool/${name}`), 0o755);
    }
    process.env["PATH"] = `${this.at("/tool")}:${before}`;
    try {
      return await work();
    } finally {
      process.env["PATH"] = before;
    }
  }

  async facts(): Promise<HostFacts> {
    return factsIn((await this.run(READ, WATCHED)).split("\n"), "the tree");
  }

  async apply(steps: readonly HostStep[], lockSeconds = 10): Promise<Outcome> {
    const { program, data } = batch(steps, lockSeconds);
    return outcomeIn(await this.run(program, data), "the tree");
  }

  /** Every file below /etc and /var: its bytes, mode and owner. */
  state(): Record<string, string> {
    const found = globSync("{etc,var}/**", { cwd: this.root, exclude: [] });
    return Object.fromEntries(
      found.toSorted().map((path) => {
        const stats = lstatSync(this.at(path));
        const what = stats.isSymbolicLink()
          ? `-> ${readlinkSync(this.at(path))}`
          : stats.isFile()
            ? readFileSync(this.at(path), "latin1")
            : "a folder";
        return [`/${path}`, `${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid} ${what}`];
      }),
    );
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
