import type { Cluster } from "../cluster.ts";
import type { Place } from "../place.ts";
import type { State } from "../state.ts";
import { commands } from "./commands/commands.ts";
import { filesOf } from "./files.ts";
import { hostsFolder } from "./folder.ts";
import { LoaderAlone } from "./loader-alone.ts";
import { controls } from "./machine/controls.ts";
import { guard } from "./molly-guard.ts";
import { HostProcesses } from "./processes.ts";
import { RunningHost } from "./running.ts";
import { type KeyPair, newKeyPair } from "./ssh/keys.ts";

const SSH_PORT = 22;
const API_PORT = 8006;

/** The machines behind the nodes of a lab. */
export class Hosts {
  /** What lets a client in on each of them. */
  readonly key: KeyPair;
  /** Why nothing runs on them but what pve-ops itself sends there, if that is so. */
  readonly limit: string | undefined;
  readonly #folder = hostsFolder();
  readonly #processes: HostProcesses | LoaderAlone;
  readonly #hosts = new Map<string, RunningHost>();

  private constructor(processes: HostProcesses | LoaderAlone, limit: string | undefined) {
    this.key = newKeyPair("lab");
    this.limit = limit;
    this.#processes = processes;
  }

  /** Switches on the host of every node; `apis` says where each node's API is. */
  static async start(cluster: Cluster, ca: string, apis: ReadonlyMap<string, Place>): Promise<Hosts> {
    const limit = await HostProcesses.isPossible();
    const processes =
      limit === undefined ? await HostProcesses.start({ commands, controls, fitOut: guard }) : new LoaderAlone(limit);
    const hosts = new Hosts(processes, limit);
    try {
      await hosts.#switchOn(cluster, ca, apis);
      return hosts;
    } catch (thrown) {
      await hosts.close();
      throw thrown;
    }
  }

  find(name: string): RunningHost | undefined {
    return this.#hosts.get(name);
  }

  of(name: string): RunningHost {
    const host = this.find(name);
    if (!host) throw new Error(`the lab has no host '${name}'`);
    return host;
  }

  /** Every file of every host, by path below `hosts/`. */
  state(): State {
    const all = [...this.#hosts].flatMap(([name, { tree }]) => Object.entries(filesOf(tree, `hosts/${name}/`)));
    return Object.fromEntries(all);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.stop()));
    await this.#processes.close();
    await this.#folder.remove();
  }

  async #switchOn(cluster: Cluster, ca: string, apis: ReadonlyMap<string, Place>): Promise<void> {
    const surroundings = {
      cluster,
      ca,
      folder: this.#folder.path,
      authorized: this.key.public,
      processes: this.#processes,
      isLimited: this.limit !== undefined,
      reach: (name: string, port: number) => this.#reach(apis, name, port),
    };
    const begun = cluster.nodes.map(async (node) => {
      const address = apis.get(node.name)?.address ?? "127.0.0.1";
      this.#hosts.set(node.name, await RunningHost.start(node, address, surroundings));
    });
    const failed = (await Promise.allSettled(begun)).find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** Hosts know one another by name, by their address in the cluster's network, and by where they listen here. */
  #reach(apis: ReadonlyMap<string, Place>, name: string, port: number): Place | undefined {
    for (const host of this.#hosts.values()) {
      const { node, ssh } = host;
      const api = apis.get(node.name);
      if (![node.name, `${node.name}.lab`, node.ip, ssh.address].includes(name)) continue;
      if (port === SSH_PORT || port === ssh.port) return ssh;
      if (port === API_PORT || port === api?.port) return api;
    }
    return undefined;
  }
}
