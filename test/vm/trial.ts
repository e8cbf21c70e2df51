import { join } from "node:path";
import { fingerprintOf } from "../../lab/host/ssh/keys.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { fixture, good } from "../support/fixture.ts";
import type { Hardware } from "./hardware.ts";
import { VirtualMachine } from "./machine.ts";

const PROGRAM = join(import.meta.dirname, "../fixture/programs/tokens");

/** A virtual machine, and a stack that is to prepare it. */
export class Trial {
  readonly machine: VirtualMachine;
  readonly stack: Workspace;

  private constructor(machine: VirtualMachine, stack: Workspace) {
    this.machine = machine;
    this.stack = stack;
  }

  static async start(hardware?: Hardware): Promise<Trial> {
    const stack = await fixture({}, PROGRAM);
    const machine = await VirtualMachine.start(hardware);
    const { address, port, keyFile, hostKey } = machine.login;
    stack.configure({
      // An emulated processor needs its time for a key exchange.
      "pve:ssh": { user: "root", privateKeyFile: keyFile, connectTimeout: 120, keepAlive: 60 },
      "pve:nodes": { [machine.name]: { address, ssh: { port }, hostKey: fingerprintOf(hostKey) } },
    });
    return new Trial(machine, stack);
  }

  /** What its one VfioHostConfig, called gpu, is to be. */
  declare(args: object): void {
    this.stack.configure({ "pve-ops:vfio": [{ name: "gpu", host: this.machine.name, ...args }] });
  }

  /** The driver of each function of its cards, by address. */
  async drivers(): Promise<Record<string, string>> {
    const said = await good(
      this.machine.run(
        `cd /sys/bus/pci/devices && for d in *; do case $d in 0000:0[1-9]*) echo "$d $(basename "$(readlink "$d/driver" || echo none)")"; esac; done`,
      ),
    );
    return Object.fromEntries(
      said
        .trim()
        .split("\n")
        .map((line) => line.split(" ")),
    );
  }

  read(path: string): Promise<string> {
    return good(this.machine.run(`cat ${path}`));
  }

  async close(): Promise<void> {
    this.stack.close();
    await this.machine.close();
  }
}

/** For `afterEach`: what the machine's console showed last, where a test failed. */
export function consoleOfFailed(test: Mocha.Test | undefined, trial: Trial | undefined): void {
  if (test?.isFailed() && trial) console.log(trial.machine.console.split("\n").slice(-40).join("\n"));
}
