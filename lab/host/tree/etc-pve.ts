import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cluster } from "../../cluster.ts";
import { clusterFiles, type State } from "../../state.ts";
import type { Host } from "../host.ts";

const KINDS = ["qemu-server", "lxc"];

/** A host's `/etc/pve`: the cluster's files, as the cluster has them. */
export class EtcPve {
  readonly #folder: string;
  readonly #cluster: Cluster;
  #written: State = {};

  /** Makes it, in a tree in which nothing has run yet. */
  constructor({ tree, cluster, node }: Host, ca: string) {
    this.#folder = join(tree, "etc/pve");
    this.#cluster = cluster;
    for (const { name } of cluster.nodes)
      for (const kind of KINDS) mkdirSync(join(this.#folder, "nodes", name, kind), { recursive: true });
    mkdirSync(join(this.#folder, "priv"));
    symlinkSync(`nodes/${node.name}`, join(this.#folder, "local"));
    for (const kind of KINDS) symlinkSync(`nodes/${node.name}/${kind}`, join(this.#folder, kind));
    writeFileSync(join(this.#folder, "pve-root-ca.pem"), ca);
    // A node that was never joined to another has none.
    if (cluster.nodes.length > 1) writeFileSync(join(this.#folder, "corosync.conf"), corosync(cluster));
    this.refresh();
  }

  /** Writes what has changed since. In the host nothing can be written there, so no link leads it astray. */
  refresh(): void {
    const files = clusterFiles(this.#cluster);
    for (const path of Object.keys(this.#written))
      if (!(path in files)) rmSync(join(this.#folder, path), { force: true });
    for (const [path, text] of Object.entries(files)) if (this.#written[path] !== text) this.#write(path, text);
    this.#written = files;
  }

  #write(path: string, text: string): void {
    const place = join(this.#folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text, { mode: path.startsWith("priv/") ? 0o600 : 0o640 });
  }
}

const corosync = ({ name, nodes }: Cluster): string => `logging {
  debug: off
  to_syslog: yes
}

nodelist {
${nodes.map((node) => `  node {\n    name: ${node.name}\n    nodeid: ${node.id}\n    quorum_votes: 1\n    ring0_addr: ${node.ip}\n  }\n`).join("")}}

quorum {
  provider: corosync_votequorum
}

totem {
  cluster_name: ${name}
  config_version: ${nodes.length}
  interface {
    linknumber: 0
  }
  ip_version: ipv4-6
  link_mode: passive
  secauth: on
  version: 2
}
`;
