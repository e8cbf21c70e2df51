import type { Config, Run } from "../../core/session.ts";
import { destinationOf } from "./destination.ts";
import { HERE, type Here } from "./here.ts";
import { Links } from "./link.ts";
import { Shell } from "./shell.ts";
import { Slots } from "./slots.ts";
import { sshSettings } from "./ssh-settings.ts";

/** How many hosts are worked on at a time, where `pve:ssh.parallel` says nothing. */
const PARALLEL = 100;

/** The hosts of a stack, each by the name that its config has for it, or by its address. */
export class Hosts {
  readonly #settings;
  readonly #here: Here;
  readonly #links = new Links();
  readonly #slots: Slots;
  readonly #shells = new Map<string, Shell>();

  constructor(config: Config, here: Here = HERE) {
    this.#settings = sshSettings(config);
    this.#here = here;
    this.#slots = new Slots(this.#settings.ssh.parallel ?? PARALLEL);
  }

  /** Those that `pve:nodes` lists. */
  names(): string[] {
    return Object.keys(this.#settings.nodes);
  }

  /** Nothing is connected before the first program is run. */
  shell(name: string): Shell {
    const resolve = () => destinationOf(name, this.#settings, this.#here);
    const shell = this.#shells.get(name) ?? new Shell(name, resolve, this.#links, this.#slots);
    this.#shells.set(name, shell);
    return shell;
  }

  /** Ends every connection; the next program makes a new one. */
  end(): Promise<void> {
    return this.#links.end();
  }
}

const hosts = new WeakMap<Config, Hosts>();

/** The hosts as the stack config says how to reach them: one connection each for all resources of a run. */
export function hostsOf(run: Pick<Run, "config">): Hosts {
  const known = hosts.get(run.config) ?? new Hosts(run.config);
  hosts.set(run.config, known);
  return known;
}
