import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { dirname, join } from "node:path";
import type { Command } from "./command.ts";
import { ControlDesk } from "./control-desk.ts";
import type { ControlHandler } from "./controls.ts";
import type { Host } from "./host.ts";
import { type Holder, openHolder } from "./namespaces/holder.ts";
import { piped } from "./namespaces/piped.ts";
import { Pipes } from "./namespaces/pipes.ts";
import { type Circumstances, type Program, sessionLine, withItsSignals } from "./namespaces/session.ts";
import { openSpace, type Space } from "./namespaces/space.ts";
import { whyNot } from "./namespaces/why-not.ts";
import { layCommands } from "./shim.ts";
import { Switchboard } from "./switchboard.ts";

export type { Circumstances, Program };

export interface Fittings {
  /** Programs that answer from the lab's state, by their path in the host. */
  readonly commands: Readonly<Record<string, Command>>;
  readonly controls: ControlHandler;
  /** Changes what a host that boots has over `/usr`. */
  readonly fitOut?: (host: Host, usr: string) => void;
}

/**
 * Beside a host's tree: `proc` holds files that a host shows instead of this machine's, like `proc/cmdline` and
 * `proc/sys/kernel/random/boot_id`, as they are when it boots; `usr` what it has over this machine's `/usr`.
 */
export const besideTree = (host: Host, what: "proc" | "usr"): string => join(dirname(host.tree), what);

/** Programs that run inside hosts: on Linux, in namespaces of their own. */
export class HostProcesses {
  /** Why the hosts have no control files, where this machine has no FUSE. */
  readonly withoutControls: string | undefined;
  readonly #holder: Holder;
  readonly #switchboard: Switchboard;
  readonly #desk: ControlDesk;
  readonly #paths: readonly string[];
  readonly #fitOut: Fittings["fitOut"];
  readonly #pipes = new Pipes();
  readonly #up = new Map<Host, Space>();
  /** The last that was begun with each: one thing follows the other. */
  readonly #last = new Map<Host, Promise<void>>();

  private constructor(holder: Holder, switchboard: Switchboard, desk: ControlDesk, { commands, fitOut }: Fittings) {
    this.withoutControls = holder.withoutControls;
    this.#holder = holder;
    this.#switchboard = switchboard;
    this.#desk = desk;
    this.#paths = Object.keys(commands);
    this.#fitOut = fitOut;
  }

  /** Why there can be none here, in words. */
  static isPossible(): Promise<string | undefined> {
    return whyNot();
  }

  static async start(fittings: Fittings): Promise<HostProcesses> {
    const { commands, controls } = fittings;
    const desk = new ControlDesk(controls);
    const holder = await openHolder(join(import.meta.dirname, "scripts/usr"), (question) => desk.answer(question));
    return new HostProcesses(holder, await Switchboard.open(commands), desk, fittings);
  }

  /** Gives a host its namespaces and its first process; its `/run` and `/tmp` are empty then. */
  boot(host: Host): Promise<void> {
    return this.#next(host, async () => {
      if (this.#up.has(host)) throw new Error(`${host.node.name} is up already`);
      layCommands(besideTree(host, "usr"), this.#paths, this.#switchboard.line(host));
      this.#fitOut?.(host, besideTree(host, "usr"));
      const space = await openSpace(this.#holder.doors, {
        name: host.node.name,
        tree: host.tree,
        commands: besideTree(host, "usr"),
        proc: besideTree(host, "proc"),
        controls: this.#desk.comes(host),
      });
      this.#up.set(host, space);
    });
  }

  /**
   * Starts a program in a host that is up. Its signals reach what was started; what that has left running goes on
   * until the host goes down.
   */
  start(host: Host, program: Program, circumstances: Circumstances = {}): ChildProcessWithoutNullStreams {
    const space = this.#up.get(host);
    if (!space) throw new Error(`${host.node.name} is not up`);
    return withItsSignals(piped(this.#pipes, [...space.doors.command, ...sessionLine(program, circumstances)]));
  }

  /** Ends everything that runs in a host; is there when nothing does any more. */
  powerOff(host: Host): Promise<void> {
    return this.#next(host, async () => {
      const space = this.#up.get(host);
      this.#up.delete(host);
      this.#desk.leaves(host);
      await space?.close();
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#last.keys()].map((host) => this.powerOff(host)));
    this.#switchboard.close();
    this.#pipes.close();
    await this.#holder.close();
  }

  #next(host: Host, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(host);
    const now = before ? before.then(work, work) : work();
    this.#last.set(host, now);
    return now;
  }
}
