import { namedFile, textOf } from "./here.ts";
import { type KnownHosts, nameInKnownHosts } from "./known-hosts.ts";
import type { Said } from "./said.ts";
import type { SshSettings } from "./ssh-settings.ts";

/** Which host keys are trusted: the pinned ones alone where there are any. */
export interface HostTrust {
  readonly pins: readonly string[];
  readonly knownHosts: readonly KnownHosts[];
  /** What known_hosts calls it, and where that is with a port, the name without. */
  readonly names: readonly string[];
}

/** What a host must show, as the stack config says or the usual files have it. */
export const trustOf = (settings: SshSettings, said: Said): HostTrust => ({
  pins: [settings.hostKey ?? []].flat(),
  knownHosts: knownHostsOf(settings, said),
  names: namesOf(said),
});

function knownHostsOf({ knownHosts }: SshSettings, { all, filled, here }: Said): KnownHosts[] {
  if (typeof knownHosts === "string") return [namedFile("pve:ssh.knownHosts", knownHosts, here)];
  if (knownHosts) return [{ path: "pve:ssh.knownHosts", text: knownHosts.join("\n") }];
  const users = all("userknownhostsfile") ?? ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"];
  const machines = all("globalknownhostsfile") ?? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];
  return [...users, ...machines].map(filled).flatMap((path) => {
    const text = textOf(path);
    return text === undefined ? [] : [{ path, text }];
  });
}

function namesOf({ one, host, port }: Said): string[] {
  const alias = one("hostkeyalias");
  if (alias !== undefined) return [alias.toLowerCase()];
  return [...new Set([nameInKnownHosts(host, port), nameInKnownHosts(host, 22)])];
}
