import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { Connection } from "../lab/connection.ts";
import type { State } from "../lab/state.ts";

const MAIN = join(import.meta.dirname, "../lab/main.ts");

const Count = z.record(z.string(), z.number());
const Files = z.record(z.string(), z.string());
const Lines = z.array(z.string());

/** A simulated cluster in a process of its own, so that its work is nobody's of those who are measured. */
export class LabProcess {
  readonly connection: Connection;
  readonly close: () => Promise<void>;

  /** Every call takes at least `latency` milliseconds. */
  static async start(latency: number): Promise<LabProcess> {
    const args = [MAIN, "--json", "--cluster", "homelab", "--pve", "9", "--latency", String(latency)];
    // In a group of its own, so that a terminal's Ctrl-C does not take it away from whoever is still at it.
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
    const ended = once(child, "exit");
    const close = async () => {
      child.kill("SIGTERM");
      await ended;
    };
    let printed = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      printed += chunk;
      if (printed.includes("\n")) return new LabProcess(JSON.parse(printed), close);
    }
    throw new Error("the lab ended before it was there");
  }

  private constructor(connection: Connection, close: () => Promise<void>) {
    this.connection = connection;
    this.close = close;
  }

  async state(): Promise<State> {
    return Files.parse(await this.#ask("GET", "/state"));
  }

  /** What is different from that state, a line each. */
  async differencesFrom(state: State): Promise<readonly string[]> {
    return Lines.parse(await this.#ask("POST", "/state/differences", JSON.stringify(state)));
  }

  /** How many requests came in since it was last asked. */
  async requests(): Promise<number> {
    const calls = Count.parse(await this.#ask("GET", "/calls"));
    await this.#ask("DELETE", "/calls");
    return Object.values(calls).reduce((sum, count) => sum + count, 0);
  }

  async #ask(method: string, path: string, body?: string): Promise<unknown> {
    const answer = await fetch(`${this.connection.admin}${path}`, { method, ...(body === undefined ? {} : { body }) });
    const said: unknown = await answer.json();
    if (!answer.ok) throw new Error(`the lab at ${method} ${path}: ${JSON.stringify(said)}`);
    return said;
  }
}
