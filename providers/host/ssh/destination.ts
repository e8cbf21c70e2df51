import { Trouble } from "../../core/trouble.ts";
import { type Asked, askedFor, askedForJump, type Settings } from "./asked.ts";
import { HERE, type Here } from "./here.ts";
import { type HostTrust, trustOf } from "./host-trust.ts";
import { type Keys, keysOf } from "./keys.ts";
import { type Said, saidOf } from "./said.ts";

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

/** What finding the way to a host goes by, and the hosts that it has passed. */
interface Way {
  readonly all: Settings;
  readonly here: Here;
  readonly passed: readonly string[];
}

/** The way to a host: what the stack config says wins over ~/.ssh/config, and that over what is usual. */
export const destinationOf = (name: string, all: Settings, here: Here = HERE): Destination =>
  resolved(askedFor(name, all), { all, here, passed: [name] });

function resolved({ name, alias, settings, jumps }: Asked, way: Way): Destination {
  const said = saidOf(alias, settings, way.here);
  const { host, port, user, one } = said;
  return {
    name,
    host,
    port,
    user,
    keys: keysOf(settings, said),
    trust: trustOf(settings, said),
    via: viaOf(jumps ?? jumpsIn(name, said), way),
    sudo: settings.sudo ?? user !== "root",
    keepAlive: settings.keepAlive ?? (Number(one("serveraliveinterval") ?? 0) || 15),
    connectTimeout: settings.connectTimeout ?? (Number(one("connecttimeout") ?? 0) || 15),
  };
}

/** The last host of a chain; each but the first is reached through the one before it. */
function viaOf(jumps: readonly string[], way: Way): Destination | undefined {
  const last = jumps.at(-1);
  if (last === undefined) return undefined;
  const passed = [...way.passed, last];
  if (way.passed.includes(last) || passed.length > 9)
    throw new Trouble({
      doing: `looking for the way to ${way.passed[0]}`,
      came: `it goes in a circle: ${passed.join(" through ")}`,
      next: "Look at pve:ssh.jump, and at ProxyJump in ~/.ssh/config",
    });
  return resolved(askedForJump(last, jumps.slice(0, -1), way.all), { ...way, passed });
}

function jumpsIn(name: string, { one, filled }: Said): string[] {
  const command = one("proxycommand");
  if (command !== undefined && command.toLowerCase() !== "none")
    throw new Trouble({
      doing: `looking for the way to ${name}`,
      came: "~/.ssh/config has a ProxyCommand for it, and no command of it is run",
      next: "Say the host to go through as ProxyJump there, or as pve:ssh.jump; or set pve:ssh.config to none",
    });
  const jump = one("proxyjump");
  return jump === undefined || jump.toLowerCase() === "none" ? [] : filled(jump).split(",");
}
