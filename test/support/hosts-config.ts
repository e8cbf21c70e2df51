import type { Lab } from "../../lab/lab.ts";

/** The keys of a stack config that say how the hosts of a lab are reached. */
export const hostsConfig = (lab: Lab) => ({
  "pve:ssh": { user: "root", privateKey: lab.hosts.key.private },
  "pve:nodes": Object.fromEntries(
    lab.nodes.flatMap(({ name, ssh }) =>
      ssh ? [[name, { address: ssh.host, hostKey: ssh.hostKey, ssh: { port: ssh.port } }]] : [],
    ),
  ),
});
