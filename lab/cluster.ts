import { parseUserConfig, type UserConfig } from "./access/user-config.ts";
import type { Release } from "./schema/schema.ts";

export interface ClusterNode {
  readonly name: string;
  readonly release: Release;
}

export interface Realm {
  readonly type: string;
  readonly comment?: string;
  readonly default?: boolean;
}

/** The one state behind a simulated cluster: what every node's API answers from. */
export interface Cluster {
  readonly name: string;
  readonly nodes: readonly ClusterNode[];
  access: UserConfig;
  readonly realms: Map<string, Realm>;
  /** What `token.cfg` holds: the secret of each token by its full id. */
  readonly tokenSecrets: Map<string, string>;
  readonly passwords: Map<string, string>;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** A cluster as it is installed: root, its two realms, nothing else. */
export function newCluster(
  name: string,
  nodes: readonly ClusterNode[],
  now = () => Math.floor(Date.now() / 1000),
): Cluster {
  return {
    name,
    nodes,
    access: parseUserConfig(""),
    realms: new Map([
      ["pam", { type: "pam", comment: "Linux PAM standard authentication" }],
      ["pve", { type: "pve", comment: "Proxmox VE authentication server" }],
    ]),
    tokenSecrets: new Map(),
    passwords: new Map(),
    now,
  };
}
