import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Engine } from "./attempt.ts";
import { type CommandOptions, command, type Result } from "./command.ts";
import { engineEnvironment } from "./environment.ts";

const STACK = "lab";
const root = join(import.meta.dirname, "../..");
/** Each command starts processes that load the same modules: what Node made of these is kept beside them. */
const COMPILED = join(root, "node_modules/.cache/compiled");

/** A Pulumi project with one stack, alone with its own state: what the demo and the tests drive the engine in. */
export class Workspace {
  /** The project; inside the clone, since a program there imports the package by its name. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  /** `project` holds a Pulumi.yaml and its program; it is copied. */
  static async open(engine: Engine, project: string, more: NodeJS.ProcessEnv = {}): Promise<Workspace> {
    const within = join(root, ".work");
    mkdirSync(within, { recursive: true });
    const folder = mkdtempSync(join(within, "project-"));
    cpSync(project, folder, { recursive: true });
    const workspace = new Workspace(
      folder,
      engineEnvironment(engine, join(folder, ".pulumi"), { NODE_COMPILE_CACHE: COMPILED, ...more }),
    );
    mkdirSync(workspace.path(""));
    const { code, stderr } = await workspace.pulumi("stack", "init", STACK);
    if (code === 0) return workspace;
    workspace.close();
    throw new Error(`making the stack: ${stderr}`);
  }

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
  }

  /** A path for files of the run, beside the project. */
  path(name: string): string {
    return join(this.folder, "files", name);
  }

  /** Sets keys of the stack's config, secrets among them left as they are. */
  configure(keys: Readonly<Record<string, unknown>>): void {
    const file = join(this.folder, `Pulumi.${STACK}.yaml`);
    const before = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
    writeFileSync(file, stringify({ ...before, config: { ...before.config, ...keys } }));
  }

  pulumi(...args: string[]): Promise<Result> {
    return this.run(args);
  }

  run(args: readonly string[], options: CommandOptions & { color?: "always" | "never" } = {}): Promise<Result> {
    const { color = "never", ...rest } = options;
    const all = [...args, "--color", color, "--non-interactive"];
    return command("pulumi", all, { env: this.env, cwd: this.folder, ...rest });
  }

  /** Starts a command as a terminal does, in a process group of its own, so that it can get a Ctrl-C. */
  start(args: readonly string[]): { interrupt: () => void; ended: Promise<unknown> } {
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      env: this.env,
      cwd: this.folder,
      stdio: "ignore",
      detached: true,
    });
    return { interrupt: () => child.pid && process.kill(-child.pid, "SIGINT"), ended: once(child, "close") };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
