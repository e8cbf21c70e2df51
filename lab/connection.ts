import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Cluster } from "./cluster.ts";
import type { Lab, RunningNode } from "./lab.ts";
import { apiOf } from "./schema/schema.ts";

const SSH_PORT = 22;

export interface Credentials {
  readonly password: string;
  readonly secret: string;
}

/** Root's password and an API token of root's that may do all that a token may. */
export function giveRoot({ access, passwords, tokenSecrets, chance }: Cluster): Credentials {
  const credentials = { password: chance.hex(8), secret: chance.uuid() };
  passwords.set("root@pam", credentials.password);
  access.users.get("root@pam")?.tokens.set("lab", { expire: 0, privsep: false, comment: "made by the lab" });
  tokenSecrets.set("root@pam!lab", credentials.secret);
  return credentials;
}

type ConnectedNode = Omit<RunningNode, "ssh"> & {
  /** As whom and with what its host is reached over SSH. */
  readonly ssh?: NonNullable<RunningNode["ssh"]> & { readonly user: string; readonly privateKeyFile: string };
};

/** All that a client needs to use a lab. */
export interface Connection {
  /** The newest release among the nodes, like `9.2`. */
  readonly pve: string;
  readonly nodes: readonly ConnectedNode[];
  readonly caFile: string;
  readonly root: { readonly username: string; readonly password: string };
  readonly token: { readonly id: string; readonly secret: string };
  /** A stack config that is ready to use. */
  readonly stack: string;
  /** Where the lab can be told to misbehave. */
  readonly admin: string;
}

/** Writes what a client needs into a folder that only this user can read. It is gone when `remove` is called. */
export function writeConnection(
  lab: Lab,
  admin: string,
  { password, secret }: Credentials,
): { connection: Connection; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "pve-ops-lab-"));
  const caFile = join(folder, "pve-root-ca.pem");
  writeFileSync(caFile, lab.ca);
  const { cluster, nodes } = lab;
  const login = { user: "root", privateKeyFile: join(folder, "id_ed25519") };
  if (lab.hasHosts) writeFileSync(login.privateKeyFile, lab.hosts.key.private, { mode: 0o600 });
  const token = { id: "root@pam!lab", secret };
  const stack = join(folder, `Pulumi.${cluster.name}.yaml`);
  const config = {
    "pve:endpoint": nodes.map(({ api }) => api),
    "pve:tokenId": token.id,
    "pve:tokenSecret": token.secret,
    "pve:ca": caFile,
    ...(lab.hasHosts ? { "pve:ssh": login } : {}),
    "pve:nodes": Object.fromEntries(nodes.map((node) => [node.name, nodeConfig(node)])),
  };
  writeFileSync(stack, stringify({ config }), { mode: 0o600 });
  const releases = cluster.nodes.map(({ release }) => apiOf(release).version).toSorted();
  const connection = {
    pve: releases.at(-1) ?? "",
    nodes: nodes.map(({ ssh, ...node }) => ({ ...node, ...(ssh ? { ssh: { ...ssh, ...login } } : {}) })),
    caFile,
    root: { username: "root@pam", password },
    token,
    stack,
    admin,
  };
  return { connection, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The keys of a stack config by which providers get into the hosts of a lab. */
export const hostsConfig = ({ hosts, nodes }: Pick<Lab, "hosts" | "nodes">) => ({
  "pve:ssh": { user: "root", privateKey: hosts.key.private },
  "pve:nodes": Object.fromEntries(nodes.map((node) => [node.name, nodeConfig(node)])),
});

/** How a stack config says where a node is. */
const nodeConfig = ({ api, ssh }: RunningNode) => ({
  address: new URL(api).hostname,
  ...(ssh ? { hostKey: ssh.hostKey } : {}),
  ...(ssh && ssh.port !== SSH_PORT ? { ssh: { port: ssh.port } } : {}),
});
