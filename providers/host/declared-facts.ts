import { failureWords, parse } from "../core/door.ts";
import { isOffline } from "../core/offline.ts";
import type { Config } from "../core/session.ts";
import { Trouble, Unreachable } from "../core/trouble.ts";
import { HostFacts } from "./host-facts.ts";
import { sshSettings } from "./ssh/ssh-settings.ts";

/** The facts of a host that the stack config declares, where no host is to be touched; none where hosts are asked. */
export function declaredFacts(config: Config, name: string): HostFacts | undefined {
  if (!isOffline(config)) return undefined;
  const { facts } = sshSettings(config).nodes[name] ?? {};
  const doing = `reading the facts of ${name} from pve:nodes.${name}.facts, since pve:offline is set`;
  const next = `\`pve-ops status --host ${name} --json\` tells them, run where the host can be reached; or take pve:offline out`;
  // Who is asked for and not declared is as away as a host that does not answer.
  if (facts === undefined) throw new Unreachable({ doing, came: "there are none", next });
  const parsed = parse(HostFacts, facts);
  if (parsed.is === "known") return parsed.args;
  const failures = parsed.is === "wrong" ? parsed.failures.slice(0, 3).map(failureWords) : ["not all is known yet"];
  throw new Trouble({ doing, came: failures.join("; "), next });
}

/** Why nothing is written. */
export const refusedOffline = (name: string): Trouble =>
  new Trouble({
    doing: `working on ${name}`,
    came: "pve:offline is set, so no host is touched",
    next: "Take pve:offline out of the stack config; previews alone do without hosts",
  });
