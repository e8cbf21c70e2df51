import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Identity, newAuthority, newLeaf } from "./api/certificates.ts";
import { apiServer } from "./api/server.ts";
import { type Cluster, nodeOf } from "./cluster.ts";
import type { ClusterNode } from "./node.ts";

const API_PORT = 8006;

/** A node of a running lab. */
export interface RunningNode {
  readonly name: string;
  readonly api: string;
  /** SHA-256 of its certificate, as of now. */
  readonly fingerprint: string;
}

/** A cluster whose API is served. */
export class Lab {
  readonly cluster: Cluster;
  readonly #authority: Identity;
  readonly #nodes: readonly Served[];

  private constructor(cluster: Cluster, authority: Identity, nodes: readonly Served[]) {
    this.cluster = cluster;
    this.#authority = authority;
    this.#nodes = nodes;
  }

  /** Starts the API of every node of a cluster, each with an address or a port of its own. */
  static async start(cluster: Cluster): Promise<Lab> {
    const authority = await newAuthority();
    const begun = await Promise.allSettled(cluster.nodes.map((node) => serve(cluster, node, authority)));
    const lab = new Lab(
      cluster,
      authority,
      begun.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
    );
    const failed = begun.find((one) => one.status === "rejected");
    if (!failed) return lab;
    await lab.close();
    throw failed.reason;
  }

  /** The cluster's CA, PEM. */
  get ca(): string {
    return this.#authority.certificate;
  }

  get nodes(): readonly RunningNode[] {
    return this.#nodes.map(({ node, address, port }) => ({
      name: node.name,
      api: `https://${address}:${port}`,
      fingerprint: node.fingerprint ?? "",
    }));
  }

  /** Gives a node another certificate, of the same CA or of one that nobody knows. */
  async changeCertificate(name: string, by: "same CA" | "other CA" = "same CA"): Promise<void> {
    const served = this.#nodes.find(({ node }) => node === nodeOf(this.cluster, name));
    if (!served) throw new Error(`the lab has no node '${name}'`);
    const authority = by === "same CA" ? this.#authority : await newAuthority();
    const leaf = await newLeaf(authority, name, [served.address]);
    served.server.setSecureContext({ key: leaf.key, cert: leaf.certificate });
    served.cut();
    served.node.fingerprint = leaf.fingerprint;
  }

  async close(): Promise<void> {
    this.cluster.clock.end();
    await Promise.all(this.#nodes.map(closed));
  }
}

interface Served {
  readonly node: ClusterNode;
  readonly server: Server;
  readonly address: string;
  readonly port: number;
  /** Ends every connection there is. */
  readonly cut: () => void;
}

async function serve(cluster: Cluster, node: ClusterNode, authority: Identity): Promise<Served> {
  // Its own loopback address with PVE's port, as real nodes have; macOS knows only 127.0.0.1, there it is an own port.
  const own = ownAddress();
  const leaf = await newLeaf(authority, node.name, [own]);
  node.fingerprint = leaf.fingerprint;
  const server = apiServer(cluster, node, leaf);
  const { address, port } = await listening(server, own, API_PORT).catch(() => listening(server, "127.0.0.1", 0));
  const cut = cutter(server);
  const served = { node, server, address, port, cut };
  node.watch(() => {
    // As seen by a client, the machine is gone: nothing listens, and what was open is cut.
    if (!node.online) void closed(served);
    else if (!server.listening) listening(server, address, port).catch((error: unknown) => console.error(error));
  });
  return served;
}

/** Any address of the loopback net: 24 bits of chance keep labs apart, and one that is taken falls back to a port. */
function ownAddress(): string {
  const byte = (least: number, most: number) => least + Math.floor(Math.random() * (most - least + 1));
  return `127.${byte(1, 254)}.${byte(0, 255)}.${byte(1, 254)}`;
}

function listening(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      const address = server.address();
      if (typeof address === "object" && address !== null) done(address);
      else fail(new Error("the API has no address"));
    });
  });
}

/** Node's own `closeAllConnections` leaves those that are still shaking hands. */
function cutter(server: Server): () => void {
  const open = new Set<Duplex>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

const closed = ({ server, cut }: Served): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    cut();
  });
