import type { Server } from "node:https";
import { type Identity, newAuthority, newLeaf } from "./api/certificates.ts";
import { apiServer } from "./api/server.ts";
import { type Cluster, nodeOf } from "./cluster.ts";
import type { Hosts } from "./host/hosts.ts";
import { Listener } from "./listener.ts";
import type { ClusterNode } from "./node.ts";
import { type State, stateOf } from "./state.ts";

const API_PORT = 8006;

/** A node of a running lab. */
export interface RunningNode {
  readonly name: string;
  readonly api: string;
  /** SHA-256 of its certificate, as of now. */
  readonly fingerprint: string;
  /** Where its SSH server listens, if it has one, and the fingerprint of the key that this shows. */
  readonly ssh?: { readonly host: string; readonly port: number; readonly hostKey: string };
}

/** A cluster whose API is served, with the hosts that it runs on, if they were asked for. */
export class Lab {
  readonly cluster: Cluster;
  readonly #authority: Identity;
  readonly #nodes: readonly Served[];
  #hosts: Hosts | undefined;

  private constructor(cluster: Cluster, authority: Identity, nodes: readonly Served[]) {
    this.cluster = cluster;
    this.#authority = authority;
    this.#nodes = nodes;
  }

  /** Starts the API of every node of a cluster, each with an address or a port of its own; and their `hosts`. */
  static async start(cluster: Cluster, { hosts = false } = {}): Promise<Lab> {
    const authority = await newAuthority();
    const begun = await Promise.allSettled(cluster.nodes.map((node) => serve(cluster, node, authority)));
    const lab = new Lab(
      cluster,
      authority,
      begun.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
    );
    try {
      for (const one of begun) if (one.status === "rejected") throw one.reason;
      if (hosts) lab.#hosts = await lab.#startHosts();
      return lab;
    } catch (thrown) {
      await lab.close();
      throw thrown;
    }
  }

  /** The cluster's CA, PEM. */
  get ca(): string {
    return this.#authority.certificate;
  }

  get nodes(): readonly RunningNode[] {
    return this.#nodes.map(({ node, listener: { address, port } }) => ({
      name: node.name,
      api: `https://${address}:${port}`,
      fingerprint: node.fingerprint ?? "",
      ...(this.#hosts ? { ssh: sshOf(this.#hosts, node.name) } : {}),
    }));
  }

  /** The machines behind the nodes. */
  get hosts(): Hosts {
    if (!this.#hosts) throw new Error("this lab was started without hosts");
    return this.#hosts;
  }

  get hasHosts(): boolean {
    return this.#hosts !== undefined;
  }

  /** Everything that lasts: the cluster's, and the files of its hosts. */
  state(): State {
    return { ...stateOf(this.cluster), ...this.#hosts?.state() };
  }

  /** Gives a node another certificate, of the same CA or of one that nobody knows. */
  async changeCertificate(name: string, by: "same CA" | "other CA" = "same CA"): Promise<void> {
    const served = this.#nodes.find(({ node }) => node === nodeOf(this.cluster, name));
    if (!served) throw new Error(`the lab has no node '${name}'`);
    const authority = by === "same CA" ? this.#authority : await newAuthority();
    const leaf = await newLeaf(authority, name, [served.listener.address]);
    served.server.setSecureContext({ key: leaf.key, cert: leaf.certificate });
    served.listener.cut();
    served.node.fingerprint = leaf.fingerprint;
  }

  async close(): Promise<void> {
    this.cluster.clock.end();
    await Promise.all([this.#hosts?.close(), ...this.#nodes.map(({ listener }) => listener.leave())]);
  }

  async #startHosts(): Promise<Hosts> {
    // A lab without hosts, as most tests want it, does not load what they are made of.
    const { Hosts } = await import("./host/hosts.ts");
    return Hosts.start(this.cluster, this.ca, new Map(this.#nodes.map(({ node, listener }) => [node.name, listener])));
  }
}

interface Served {
  readonly node: ClusterNode;
  readonly server: Server;
  readonly listener: Listener;
}

async function serve(cluster: Cluster, node: ClusterNode, authority: Identity): Promise<Served> {
  // Its own loopback address with PVE's port, as real nodes have; macOS knows only 127.0.0.1, there it is an own port.
  const own = ownAddress();
  const leaf = await newLeaf(authority, node.name, [own]);
  node.fingerprint = leaf.fingerprint;
  const server = apiServer(cluster, node, leaf);
  const listener = await Listener.open(server, [
    { address: own, port: API_PORT },
    { address: "127.0.0.1", port: 0 },
  ]);
  node.watch(() => {
    if (!node.online) void listener.leave();
    else listener.comeBack().catch((error: unknown) => console.error(error));
  });
  return { node, server, listener };
}

/** Any address of the loopback net: 24 bits of chance keep labs apart, and one that is taken falls back to a port. */
function ownAddress(): string {
  const byte = (least: number, most: number) => least + Math.floor(Math.random() * (most - least + 1));
  return `127.${byte(1, 254)}.${byte(0, 255)}.${byte(1, 254)}`;
}

function sshOf(hosts: Hosts, name: string): NonNullable<RunningNode["ssh"]> {
  const { ssh, hostKey } = hosts.of(name);
  return { host: ssh.address, port: ssh.port, hostKey };
}
