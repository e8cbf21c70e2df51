import type { Cluster } from "../../cluster.ts";
import type { ClusterNode } from "../../node.ts";
import { interfaceOf } from "../machine/device.ts";
import type { Entries } from "./entry.ts";

const IPV6_HOSTS = `
# The following lines are desirable for IPv6 capable hosts

::1     ip6-localhost ip6-loopback
fe00::0 ip6-localnet
ff00::0 ip6-mcastprefix
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
ff02::3 ip6-allhosts
`;

/** What a host is called, and how it is in the cluster's network. */
export function network({ nodes }: Cluster, { name, ip, machine }: ClusterNode): Entries {
  const card = machine.devices.find(({ serves }) => serves === "network");
  const port = (card && interfaceOf(card)) ?? "eno1";
  const hosts = nodes.map((node) => `${node.ip} ${node.name}.lab ${node.name}\n`).join("");
  const [prefix, gateway] = ip.includes(":") ? [64, ip.replace(/[^:]*$/, "1")] : [24, ip.replace(/\d+$/, "1")];
  return {
    "/etc/hostname": { text: `${name}\n` },
    "/etc/hosts": { text: `127.0.0.1 localhost.localdomain localhost\n${hosts}${IPV6_HOSTS}` },
    "/etc/resolv.conf": { text: `search lab\nnameserver ${gateway}\n` },
    "/etc/network/interfaces": {
      text: `auto lo
iface lo inet loopback

iface ${port} inet manual

auto vmbr0
iface vmbr0 ${ip.includes(":") ? "inet6" : "inet"} static
\taddress ${ip}/${prefix}
\tgateway ${gateway}
\tbridge-ports ${port}
\tbridge-stp off
\tbridge-fd 0


source /etc/network/interfaces.d/*
`,
    },
    "/etc/network/interfaces.d": { folder: true },
  };
}
