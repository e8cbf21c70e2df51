import type { z } from "zod";
import { Trouble } from "../core/trouble.ts";
import { configFiles, filledIn, HERE, type Here, included, namedFile, textOf } from "./here.ts";
import { type Keys, keysOf } from "./keys.ts";
import { type KnownHosts, nameInKnownHosts } from "./known-hosts.ts";
import { type SshOptions, sshOptions } from "./ssh-config.ts";
import type { Nodes, Ssh, SshSettings } from "./ssh-settings.ts";
import { type Target, targetIn } from "./target.ts";

/** Where a host is, as whom it is entered, and what it must show before that. */
export interface Destination {
  /** What the stack config calls it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly keys: Keys;
  readonly trust: HostTrust;
  /** The host to go through. */
  readonly via: Destination | undefined;
  readonly sudo: boolean;
  /** Seconds, as both of these. */
  readonly keepAlive: number;
  readonly connectTimeout: number;
}

/** Which host keys are trusted: the pinned ones alone where there are any. */
export interface HostTrust {
  readonly pins: readonly string[];
  readonly knownHosts: readonly KnownHosts[];
  /** What known_hosts calls it, and where that is with a port, the name without. */
  readonly names: readonly string[];
}

interface Settings {
  readonly ssh: z.output<typeof Ssh>;
  readonly nodes: z.output<typeof Nodes>;
}

/** The way to a host: what the stack config says wins over ~/.ssh/config, and that over what is usual. */
export function destinationOf(name: string, { ssh, nodes }: Settings, here: Here = HERE): Destination {
  const node = Object.hasOwn(nodes, name) ? nodes[name] : undefined;
  const at = targetIn(`pve:nodes.${name}.address`, node?.address ?? name);
  const settings = merged(ssh, node?.ssh);
  const asked = {
    ...settings,
    user: at.user ?? settings.user,
    port: at.port ?? settings.port,
    hostKey: node?.hostKey ?? settings.hostKey,
  };
  const jumps = [settings.jump ?? []].flat();
  const self = jumps.findIndex((jump) => jump === name || jump === at.host);
  const before = self < 0 ? jumps : jumps.slice(0, self);
  const explicit = settings.jump === undefined ? undefined : before;
  return resolved(name, at.host, asked, explicit, { ssh, nodes }, here, [name]);
}

function resolved(
  name: string,
  alias: string,
  settings: SshSettings,
  jumps: readonly string[] | undefined,
  all: Settings,
  here: Here,
  passed: readonly string[],
): Destination {
  const options = sshOptions(alias, settings.user, configFiles(settings.config, here), included(here));
  const option = (key: string) => options.get(key)?.[0];
  const user = settings.user ?? option("user") ?? "root";
  const port = settings.port ?? (Number(option("port") ?? 22) || 22);
  const host = filledIn(option("hostname") ?? alias, { h: alias, n: alias }, here).toLowerCase();
  const tokens = { h: host, n: alias, p: String(port), r: user, k: option("hostkeyalias") ?? host };
  const filled = (text: string) => filledIn(text, tokens, here);
  const through = jumps ?? jumpsIn(name, options, filled);
  return {
    name,
    host,
    port,
    user,
    keys: keysOf(settings, options, filled, here),
    trust: {
      pins: [settings.hostKey ?? []].flat(),
      knownHosts: knownHostsOf(settings, options, filled, here),
      names: namesOf(host, port, option("hostkeyalias")),
    },
    via: viaOf(through, all, here, passed),
    sudo: settings.sudo ?? user !== "root",
    keepAlive: settings.keepAlive ?? (Number(option("serveraliveinterval") ?? 0) || 15),
    connectTimeout: settings.connectTimeout ?? (Number(option("connecttimeout") ?? 0) || 15),
  };
}

/** The last host of a chain; each but the first is reached through the one before it. */
function viaOf(
  jumps: readonly string[] | undefined,
  all: Settings,
  here: Here,
  passed: readonly string[],
): Destination | undefined {
  const last = jumps?.at(-1);
  if (jumps === undefined || last === undefined) return undefined;
  if (passed.includes(last) || passed.length > 8)
    throw new Trouble({
      doing: `looking for the way to ${passed[0]}`,
      came: `it goes in a circle: ${[...passed, last].join(" through ")}`,
      next: "Look at pve:ssh.jump, and at ProxyJump in ~/.ssh/config",
    });
  const node = Object.hasOwn(all.nodes, last) ? all.nodes[last] : undefined;
  const target: Target = targetIn("pve:ssh.jump", node?.address ?? last);
  const own = node ? merged(all.ssh, node.ssh) : elsewhere(all.ssh);
  const asked = {
    ...own,
    user: target.user ?? own.user,
    port: target.port ?? own.port,
    hostKey: node?.hostKey ?? node?.ssh?.hostKey,
  };
  const before = jumps.slice(0, -1);
  return resolved(last, target.host, asked, before.length > 0 ? before : undefined, all, here, [...passed, last]);
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

function jumpsIn(name: string, options: SshOptions, filled: (text: string) => string): string[] | undefined {
  const command = options.get("proxycommand")?.[0];
  if (command !== undefined && command.toLowerCase() !== "none")
    throw new Trouble({
      doing: `looking for the way to ${name}`,
      came: "~/.ssh/config has a ProxyCommand for it, and no command of it is run",
      next: `Say the host to go through as ProxyJump there, or as pve:ssh.jump; or set pve:ssh.config to none`,
    });
  const jump = options.get("proxyjump")?.[0];
  return jump === undefined || jump.toLowerCase() === "none" ? undefined : filled(jump).split(",");
}

function knownHostsOf(
  { knownHosts }: SshSettings,
  options: SshOptions,
  filled: (text: string) => string,
  here: Here,
): KnownHosts[] {
  if (typeof knownHosts === "string") return [namedFile("pve:ssh.knownHosts", knownHosts, here)];
  if (knownHosts) return [{ path: "pve:ssh.knownHosts", text: knownHosts.join("\n") }];
  const usual = {
    user: options.get("userknownhostsfile") ?? ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"],
    machine: options.get("globalknownhostsfile") ?? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
  };
  return [...usual.user, ...usual.machine].map(filled).flatMap((path) => {
    const text = textOf(path);
    return text === undefined ? [] : [{ path, text }];
  });
}

function namesOf(host: string, port: number, alias: string | undefined): string[] {
  if (alias !== undefined) return [alias.toLowerCase()];
  return [...new Set([nameInKnownHosts(host, port), nameInKnownHosts(host, 22)])];
}
