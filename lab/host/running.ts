import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../cluster.ts";
import type { BadReboot } from "../faults.ts";
import { Listener } from "../listener.ts";
import type { ClusterNode } from "../node.ts";
import type { Place } from "../place.ts";
import { goDown, startOver } from "../power.ts";
import type { Host } from "./host.ts";
import { inside } from "./inside.ts";
import { hostMachine } from "./machine/host-machine.ts";
import { Mounts } from "./mounts.ts";
import { type Output, outputOf } from "./output.ts";
import type { Circumstances, HostProcesses, Program } from "./processes.ts";
import { amongGuests } from "./running-guests.ts";
import type { Reach } from "./ssh/forward.ts";
import { fingerprintOf, newEcdsaKeyPair, newKeyPair } from "./ssh/keys.ts";
import { sshServer } from "./ssh/server.ts";
import { baseOf } from "./tree/base.ts";
import { lay } from "./tree/entry.ts";
import { EtcPve } from "./tree/etc-pve.ts";
import { type HostKeys, hostKeyFiles } from "./tree/ssh-files.ts";

const SSH_PORT = 22;

/** What all hosts of a lab have in common. */
export interface Surroundings {
  readonly cluster: Cluster;
  /** A folder of this machine that is the lab's own. */
  readonly folder: string;
  /** The line of `authorized_keys` that lets a client in. */
  readonly authorized: string;
  /** The cluster's CA, PEM. */
  readonly ca: string;
  readonly processes: Pick<HostProcesses, "boot" | "start" | "powerOff">;
  /** Whether nothing runs there but what pve-ops sends. */
  readonly isLimited: boolean;
  readonly reach: Reach;
}

/** A host of a running lab. */
export class RunningHost implements Host {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly tree: string;
  /** What stands between it and its files. */
  readonly mounts: Mounts;
  readonly #processes: Surroundings["processes"];
  readonly #etcPve: EtcPve;
  readonly #isLimited: boolean;
  #publicKey = "";
  #off: Promise<unknown> = Promise.resolve();
  #listener: Listener | undefined;

  private constructor(node: ClusterNode, { cluster, folder, authorized, ca, processes, isLimited }: Surroundings) {
    this.#isLimited = isLimited;
    this.cluster = cluster;
    this.node = node;
    this.tree = join(folder, node.name, "tree");
    this.#processes = processes;
    this.mounts = new Mounts(this, processes);
    mkdirSync(this.tree, { recursive: true });
    const host = this.#newKeys();
    lay(this.tree, baseOf(cluster, node, { host, authorized }));
    hostMachine(this).install();
    this.#etcPve = new EtcPve(this, ca);
  }

  /** Makes a host, switches it on and has its SSH server listen at an address of its own. */
  static async start(node: ClusterNode, address: string, surroundings: Surroundings): Promise<RunningHost> {
    const host = new RunningHost(node, surroundings);
    const server = sshServer(host, { programs: host, reach: surroundings.reach });
    host.#listener = await Listener.open(server, [
      { address, port: SSH_PORT },
      { address, port: 0 },
    ]);
    node.startBy((fault) => host.#boot(fault));
    node.watch(() => host.#follow());
    if (!(await host.#boot())) node.leave();
    return host;
  }

  /** Where its SSH server listens. */
  get ssh(): Place {
    return { address: this.#listener?.address ?? "", port: this.#listener?.port ?? SSH_PORT };
  }

  /** Why it did not come up when it was switched on last, or cannot be reached. */
  get trouble(): string | undefined {
    return this.node.trouble;
  }

  /** The key that its SSH server shows first, as `known_hosts` has it. */
  get publicKey(): string {
    return this.#publicKey;
  }

  /** That key's fingerprint. */
  get hostKey(): string {
    return fingerprintOf(this.#publicKey);
  }

  /** Gives its SSH server keys that nobody knows. */
  changeHostKey(): void {
    const keys = hostKeyFiles(this.#newKeys());
    for (const path of Object.keys(keys)) rmSync(inside(this.tree, path), { force: true });
    lay(this.tree, keys);
  }

  goDown(how: "reboot" | "poweroff"): void {
    goDown(this.cluster, this.node, how);
  }

  start(_: Host, program: Program, circumstances: Circumstances = {}) {
    this.#etcPve.refresh();
    const whole = amongGuests(this, program);
    return this.#processes.start(this, this.#isLimited ? program : whole, circumstances);
  }

  /** Runs something as root and waits for its end. */
  run(program: Program, input = ""): Promise<Output> {
    return outputOf(this.start(this, program), input);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#listener?.leave(), this.#processes.powerOff(this)]);
  }

  #newKeys(): HostKeys {
    const comment = `root@${this.node.name}`;
    const keys = { ed25519: newKeyPair(comment), ecdsa: newEcdsaKeyPair(comment) };
    this.#publicKey = keys.ed25519.public;
    return keys;
  }

  async #boot(fault?: BadReboot): Promise<boolean> {
    // It may be switched on again before all of it is off, or while it runs where nobody can reach it.
    await this.#off;
    await this.#processes.powerOff(this);
    const outcome = hostMachine(this).start(fault);
    this.node.trouble = outcome.why;
    if (!outcome.boots) {
      if (outcome.again !== undefined) startOver(this.cluster, this.node, outcome.again);
      return false;
    }
    await this.#processes.boot(this);
    if (!this.#isLimited) {
      await this.mounts.seal("/etc/pve");
      await this.run(["/usr/libexec/lab/start-units", outcome.target]);
    }
    return outcome.network;
  }

  /** What a client sees of it goes with the node. */
  #follow(): void {
    const done = this.node.online ? this.#listener?.comeBack() : this.stop();
    this.#off = Promise.resolve(done).catch((error: unknown) => console.error(error));
  }
}
