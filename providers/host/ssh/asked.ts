import type { z } from "zod";
import type { Nodes, Ssh, SshSettings } from "./ssh-settings.ts";
import { targetIn } from "./target.ts";

/** What the stack config says of hosts. */
export interface Settings {
  readonly ssh: z.output<typeof Ssh>;
  readonly nodes: z.output<typeof Nodes>;
}

/** What the stack config asks for about one host. */
export interface Asked {
  readonly name: string;
  /** An address, or what ~/.ssh/config knows it by. */
  readonly alias: string;
  readonly settings: SshSettings;
  /** The hosts to go through, in order; none where nothing is said. */
  readonly jumps: readonly string[] | undefined;
}

/** What is asked for about a host that resources name. */
export function askedFor(name: string, { ssh, nodes }: Settings): Asked {
  const node = Object.hasOwn(nodes, name) ? nodes[name] : undefined;
  const at = targetIn(`pve:nodes.${name}.address`, node?.address ?? name);
  const own = merged(ssh, node?.ssh);
  const settings = {
    ...own,
    user: at.user ?? own.user,
    port: at.port ?? own.port,
    hostKey: node?.hostKey ?? own.hostKey,
  };
  const jumps = own.jump === undefined ? undefined : [own.jump].flat();
  const self = jumps?.findIndex((jump) => jump === name || jump === at.host) ?? -1;
  return { name, alias: at.host, settings, jumps: self < 0 ? jumps : jumps?.slice(0, self) };
}

/** What is asked for about the last of the hosts to go through; it is reached through those before it. */
export function askedForJump(last: string, before: readonly string[], { ssh, nodes }: Settings): Asked {
  const node = Object.hasOwn(nodes, last) ? nodes[last] : undefined;
  const at = targetIn("pve:ssh.jump", node?.address ?? last);
  const own = node ? merged(ssh, node.ssh) : elsewhere(ssh);
  const settings = {
    ...own,
    user: at.user ?? own.user,
    port: at.port ?? own.port,
    hostKey: node?.hostKey ?? node?.ssh?.hostKey,
  };
  return { name: last, alias: at.host, settings, jumps: before.length > 0 ? before : undefined };
}

/** Of a host that is none of the cluster's: with which key may be the same for all, as whom and on which port is its own. */
const elsewhere = ({
  user: _u,
  port: _p,
  jump: _j,
  sudo: _s,
  hostKey: _h,
  parallel: _,
  ...shared
}: z.output<typeof Ssh>) => ({ ...shared, user: undefined, port: undefined }) satisfies SshSettings;

const KEYS = ["privateKey", "privateKeyFile", "passphrase", "agent"] as const;

/** What is said of one host wins. A key, its passphrase and the agent are one thing: never half from here and half from there. */
function merged(ssh: z.output<typeof Ssh>, own: SshSettings = {}): SshSettings {
  const { parallel: _, ...all } = ssh;
  const { privateKey, privateKeyFile, passphrase, agent, ...keyless } = all;
  return KEYS.some((key) => own[key] !== undefined) ? { ...keyless, ...own } : { ...all, ...own };
}
