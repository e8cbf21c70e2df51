import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { Connection } from "../lab/connection.ts";
import type { State } from "../lab/state.ts";
import type { Counts, Ground } from "./ground.ts";

const MAIN = join(import.meta.dirname, "../lab/main.ts");

const Calls = z.record(z.string(), z.number());
const Visits = z.record(z.string(), z.object({ connections: z.number(), commands: z.number() }));
const Files = z.record(z.string(), z.string());
const Lines = z.array(z.string());

interface Wish {
  /** The name of a cluster that is shipped. */
  readonly cluster: string;
  readonly nodes?: number;
  /** Milliseconds that every call takes at least, and there and back over SSH. */
  readonly latency: number;
  /** The keys of a stack config by which ours gets there. */
  readonly config: (connection: Connection, size: number) => Readonly<Record<string, unknown>>;
}

/** A simulated cluster and its hosts, in a process of its own. */
export class LabProcess implements Ground {
  readonly connection: Connection;
  readonly close: () => Promise<void>;
  readonly #config: Wish["config"];

  static async start({ cluster, nodes, latency, config }: Wish): Promise<LabProcess> {
    const args = [MAIN, "--json", "--cluster", cluster, "--pve", "9", "--latency", String(latency)];
    const grown = nodes === undefined ? [] : ["--nodes", String(nodes)];
    // In a group of its own, so that a terminal's Ctrl-C does not take it away from whoever is still at it.
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const child = spawn(process.execPath, [...args, ...grown], { stdio: [...stdio], detached: true });
    const ended = once(child, "exit");
    const close = async () => {
      child.kill("SIGTERM");
      await ended;
    };
    let printed = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      printed += chunk;
      if (printed.includes("\n")) return new LabProcess(JSON.parse(printed), config, close);
    }
    throw new Error("the lab ended before it was there");
  }

  private constructor(connection: Connection, config: Wish["config"], close: () => Promise<void>) {
    this.connection = connection;
    this.#config = config;
    this.close = close;
  }

  config(size: number) {
    return this.#config(this.connection, size);
  }

  async state(): Promise<State> {
    return Files.parse(await this.#ask("GET", "/state"));
  }

  async differencesFrom(state: State): Promise<readonly string[]> {
    return Lines.parse(await this.#ask("POST", "/state/differences", JSON.stringify(state)));
  }

  async counts(): Promise<Counts> {
    const calls = Object.values(Calls.parse(await this.#ask("GET", "/calls")));
    const visits = Object.values(Visits.parse(await this.#ask("GET", "/visits")));
    for (const path of ["/calls", "/visits"]) await this.#ask("DELETE", path);
    return {
      requests: sum([...calls, ...visits.map(({ commands }) => commands)]),
      connections: sum(visits.map(({ connections }) => connections)),
    };
  }

  async #ask(method: string, path: string, body?: string): Promise<unknown> {
    // Minutes go by between two questions: a connection that was kept may just be ending.
    const headers = { connection: "close" };
    const answer = await fetch(`${this.connection.admin}${path}`, { method, headers, ...(body ? { body } : {}) });
    const said: unknown = await answer.json();
    if (!answer.ok) throw new Error(`the lab at ${method} ${path}: ${JSON.stringify(said)}`);
    return said;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
