import { Hosts } from "../../providers/host/ssh/hosts.ts";

const opened: Hosts[] = [];

/** Hosts as a stack config says them: `pve:ssh` and `pve:nodes`. Nothing of this machine's own SSH counts, unless `home` has it. */
export function hostsFrom(
  ssh: object,
  nodes: object = {},
  { home = "/nowhere", env = {} }: { home?: string; env?: Readonly<Record<string, string>> } = {},
): Hosts {
  const config: Readonly<Record<string, string>> = {
    "pve:ssh": JSON.stringify(ssh),
    "pve:nodes": JSON.stringify(nodes),
  };
  const hosts = new Hosts((key) => config[key], { home, env });
  opened.push(hosts);
  return hosts;
}

/** Ends every connection of those that were made. */
export const endHosts = async (): Promise<void> => {
  await Promise.all(opened.splice(0).map((hosts) => hosts.end()));
};
