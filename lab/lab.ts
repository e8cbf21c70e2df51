import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type Identity, newAuthority, newLeaf } from "./api/certificates.ts";
import { apiServer } from "./api/server.ts";
import type { Cluster, ClusterNode } from "./cluster.ts";

const API_PORT = 8006;

/** A node of a running lab. */
export interface RunningNode {
  readonly name: string;
  readonly api: string;
  readonly fingerprint: string;
}

export interface Lab {
  readonly cluster: Cluster;
  /** The cluster's CA, PEM. */
  readonly ca: string;
  readonly nodes: readonly RunningNode[];
  close(): Promise<void>;
}

/** Starts the API of every node of a cluster, each with an address or a port of its own. */
export async function startLab(cluster: Cluster): Promise<Lab> {
  const authority = await newAuthority(cluster.name);
  const begun = await Promise.allSettled(cluster.nodes.map((node) => startNode(cluster, node, authority)));
  const started = begun.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = begun.find((one) => one.status === "rejected");
  if (failed) {
    await Promise.all(started.map(({ server }) => closed(server)));
    throw failed.reason;
  }
  return {
    cluster,
    ca: authority.certificate,
    nodes: started.map(({ running }) => running),
    close: async () => {
      await Promise.all(started.map(({ server }) => closed(server)));
    },
  };
}

async function startNode(cluster: Cluster, node: ClusterNode, authority: Identity) {
  // Its own loopback address with PVE's port, as real nodes have; macOS knows only 127.0.0.1, there it is an own port.
  const own = ownAddress();
  const leaf = await newLeaf(authority, node.name, [own]);
  const server = apiServer(cluster, node, leaf);
  const { address, port } = await listening(server, own, API_PORT).catch(() => listening(server, "127.0.0.1", 0));
  const running: RunningNode = { name: node.name, api: `https://${address}:${port}`, fingerprint: leaf.fingerprint };
  return { server, running };
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

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
