import { isOffline } from "../core/offline.ts";
import type { Config, Run } from "../core/session.ts";
import { Overtaken, Trouble } from "../core/trouble.ts";
import { declaredFacts, refusedOffline } from "./declared-facts.ts";
import type { HostFacts } from "./host-facts.ts";
import { outcomeIn } from "./outcome.ts";
import { READ, WATCHED } from "./program/facts.ts";
import { factsIn } from "./read-facts.ts";
import { ASK, HEAL_NOW } from "./reboot/programs.ts";
import { hostsOf } from "./ssh/hosts.ts";
import { Lost } from "./ssh/running.ts";
import type { Shell } from "./ssh/shell.ts";
import { batch, type HostStep, stepWords } from "./step.ts";

/** How long a run waits for another one to be done with the host, and how long a batch may take in all. */
const LOCK_SECONDS = 600;
const BATCH_SECONDS = 3600;
const ASK_SECONDS = 60;

/** A host as resources see it: its facts, read once for all of them, and steps that are taken on it. */
export class Host {
  readonly #shell: Shell;
  readonly #config: Config;
  #facts: { readonly from: number; readonly read: Promise<HostFacts> } | undefined;

  /** Without a stack's config it is always the host itself that is asked. */
  constructor(shell: Shell, config: Config = () => undefined) {
    this.#shell = shell;
    this.#config = config;
  }

  /** The facts, not older than `since`: those that somebody else read or awaits are as good. */
  facts(since = 0): Promise<HostFacts> {
    if (this.#facts === undefined || this.#facts.from < since) this.#keep(performance.now(), this.#read());
    return this.#facts?.read ?? this.#read();
  }

  get name(): string {
    return this.#shell.name;
  }

  /** Asks it to start again, if it still runs with that boot id; why it refuses. */
  async reboot(bootId: string): Promise<string | undefined> {
    this.#facts = undefined;
    try {
      const { stdout } = await this.#shell.run(ASK, `${bootId}\n`, { within: ASK_SECONDS });
      const [, code, said = ""] = /^asked (\d+)\n([\s\S]*)$/.exec(stdout.toString("latin1")) ?? [];
      return code === "0" ? undefined : `its reboot command refused: ${said.trim() || "without a word"}`;
    } catch (thrown) {
      // It may have gone down in the middle of the answer.
      if (thrown instanceof Lost) return undefined;
      throw thrown;
    }
  }

  /** Has it go back now, where it is armed to do so later. */
  async healNow(why: string): Promise<void> {
    this.#facts = undefined;
    // It goes into JSON as it is.
    await this.#shell.run(HEAL_NOW, `${why.replaceAll(/[^ -~]|["\\\\]/g, "'")}\n`, { repeatable: true });
  }

  /** Takes the steps, in order, in one go. What the host then is, is known without asking again. */
  async apply(steps: readonly HostStep[]): Promise<void> {
    if (steps.length === 0) return;
    if (isOffline(this.#config)) throw refusedOffline(this.name);
    const { program, data } = batch(steps, LOCK_SECONDS);
    this.#facts = undefined;
    const { stdout } = await this.#shell.run(program, data, { within: BATCH_SECONDS });
    const { done, failed, facts } = outcomeIn(stdout.toString("latin1"), this.#shell.name);
    this.#keep(performance.now(), Promise.resolve(facts));
    const step = steps[done];
    if (failed === undefined && step === undefined) return;
    const words = {
      doing: `${step ? stepWords(step) : "beginning"} on ${this.#shell.name}`,
      came: failed?.why.trim() ?? "the program on it ended before that",
      next: "Mend that on the host, then run the same command again: it goes on from here",
    };
    throw failed?.overtaken ? new Overtaken(words) : new Trouble(words);
  }

  #keep(from: number, read: Promise<HostFacts>): void {
    const facts = { from, read };
    this.#facts = facts;
    // What could not be read is not kept: who asks later may have more luck.
    read.catch(() => {
      if (this.#facts === facts) this.#facts = undefined;
    });
  }

  async #read(): Promise<HostFacts> {
    const declared = declaredFacts(this.#config, this.name);
    if (declared !== undefined) return declared;
    const { stdout } = await this.#shell.run(READ, WATCHED, { repeatable: true });
    return factsIn(stdout.toString("latin1").split("\n"), this.#shell.name);
  }
}

const known = new WeakMap<Config, Map<string, Host>>();

/** A host of the run. From the first call on, all hosts that the stack config lists are read at once. */
export function hostOf(run: Pick<Run, "config">, name: string): Host {
  const all = known.get(run.config) ?? begun(run);
  known.set(run.config, all);
  const host = all.get(name) ?? new Host(hostsOf(run).shell(name), run.config);
  all.set(name, host);
  return host;
}

function begun(run: Pick<Run, "config">): Map<string, Host> {
  const hosts = hostsOf(run);
  const all = new Map(hosts.names().map((name) => [name, new Host(hosts.shell(name), run.config)] as const));
  // Whoever needs one that fails is told by it.
  for (const host of all.values()) host.facts().catch(() => {});
  return all;
}
