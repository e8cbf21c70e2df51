import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lab } from "../../lab/lab.ts";
import { command, type Result } from "../../setup/engine/command.ts";

const main = join(import.meta.dirname, "../../cli/main.ts");
/** Each command is a process that loads the same modules: what Node made of them is kept. */
const COMPILED = join(import.meta.dirname, "../../node_modules/.cache/compiled");

/** Somebody with a home of their own, whose ssh knows the hosts of a lab by their names and nothing else of them. */
export class Operator {
  readonly home: string;

  constructor(lab: Lab) {
    this.home = mkdtempSync(join(tmpdir(), "pve-ops-operator-"));
    mkdirSync(join(this.home, ".ssh"));
    const key = this.file(".ssh/key", lab.hosts.key.private);
    const hosts = lab.nodes.map(
      ({ name, ssh }) => `Host ${name}\n  HostName ${ssh?.host}\n  Port ${ssh?.port}\n  HostKeyAlias ${name}\n`,
    );
    // Nobody listens on the first port of all.
    const away = "Host away\n  HostName 127.0.0.1\n  Port 1\n";
    this.file(".ssh/config", `${hosts.join("")}${away}Host *\n  User root\n  IdentityFile ${key}\n`);
    this.file(".ssh/known_hosts", lab.nodes.map(({ name }) => `${name} ${lab.hosts.of(name).publicKey}\n`).join(""));
  }

  /** What a command says, and its exit code. */
  run(...args: string[]): Promise<Result> {
    return this.runIn(this.home, {}, ...args);
  }

  runIn(cwd: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<Result> {
    const { PATH } = process.env;
    return command(process.execPath, [main, ...args], {
      cwd,
      env: { PATH, NODE_COMPILE_CACHE: COMPILED, ...env, HOME: this.home },
    });
  }

  /** The answer to a program. */
  async told(...args: string[]) {
    const { stdout, stderr } = await this.run(...args, "--json");
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout);
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  private file(name: string, text: string): string {
    const path = join(this.home, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }
}
