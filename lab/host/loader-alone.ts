import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { LOADER } from "../../providers/host/ssh/loader.ts";
import type { Host } from "./host.ts";
import type { Circumstances, Program } from "./processes.ts";

const KNOWN = [LOADER, `sudo -n -- ${LOADER}`];

/**
 * What stands in for a host's processes where this machine has no namespaces: it runs what pve-ops itself sends to
 * hosts, which keeps to the folder that it is told, and nothing else.
 */
export class LoaderAlone {
  readonly #why: string;
  readonly #running = new Map<string, Set<ChildProcessWithoutNullStreams>>();

  constructor(why: string) {
    this.#why = why;
  }

  boot(): Promise<void> {
    return Promise.resolve();
  }

  start({ tree }: Host, program: Program, { env = {} }: Circumstances = {}): ChildProcessWithoutNullStreams {
    if (typeof program !== "object" || !("command" in program) || !KNOWN.includes(program.command))
      throw new Error(`the lab's hosts run nothing but what pve-ops sends to them here: ${this.#why}`);
    const { PATH = "" } = process.env;
    const child = spawn("sh", ["-c", LOADER], { cwd: tree, env: { ...env, PATH, PVE_OPS_ROOT: tree } });
    const running = this.#running.get(tree) ?? new Set();
    this.#running.set(tree, running.add(child));
    child.once("exit", () => running.delete(child));
    return child;
  }

  powerOff({ tree }: Host): Promise<void> {
    for (const child of this.#running.get(tree) ?? []) child.kill("SIGKILL");
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const running of this.#running.values()) for (const child of running) child.kill("SIGKILL");
    return Promise.resolve();
  }
}
