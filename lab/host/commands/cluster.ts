import { isQuorate } from "../../cluster.ts";
import type { Answer, Command } from "../command.ts";
import { notHere } from "./arguments.ts";

export const pvecm: Command = ({ host, argv }): Answer => {
  const { cluster, node } = host;
  const votes = cluster.nodes.filter(({ online }) => online);
  const line = ({ name, id }: (typeof votes)[number]) =>
    `${String(id).padStart(10)}          1 ${name}${name === node.name ? " (local)" : ""}\n`;
  if (argv[0] === "nodes")
    return {
      stdout: `\nMembership information\n----------------------\n    Nodeid      Votes Name\n${votes.map(line).join("")}`,
    };
  if (argv[0] !== "status") return notHere("pvecm", argv.join(" "));
  const all = cluster.nodes.length;
  const quorate = isQuorate(cluster);
  const hex = (id: number) => `0x${String(id).padStart(8, "0")}`;
  return {
    stdout: `Cluster information
-------------------
Name:             ${cluster.name}
Config Version:   ${all}
Transport:        knet
Secure auth:      on

Quorum information
------------------
Date:             ${new Date(cluster.now() * 1000).toUTCString()}
Quorum provider:  corosync_votequorum
Nodes:            ${votes.length}
Node ID:          ${hex(node.id)}
Ring ID:          1.${all}
Quorate:          ${quorate ? "Yes" : "No"}

Votequorum information
----------------------
Expected votes:   ${all}
Highest expected: ${all}
Total votes:      ${votes.length}
Quorum:           ${Math.floor(all / 2) + 1}${quorate ? "" : " Activity blocked"}
Flags:            ${quorate ? "Quorate" : ""}

Membership information
----------------------
    Nodeid      Votes Name
${votes.map((one) => `${hex(one.id)}          1 ${one.ip}${one.name === node.name ? " (local)" : ""}\n`).join("")}`,
  };
};

export const haManager: Command = ({ host, argv }): Answer => {
  if (argv[0] !== "status") return notHere("ha-manager", argv.join(" "));
  const { cluster } = host;
  const at = new Date(cluster.now() * 1000).toUTCString().replace(" GMT", "").replace(",", "");
  const lrm = cluster.nodes.map(
    ({ name, online }) => `lrm ${name} (${online ? "idle" : "old timestamp - dead?"}, ${at})\n`,
  );
  return {
    stdout: `quorum ${isQuorate(cluster) ? "OK" : "No quorum on node!"}\nmaster ${cluster.nodes[0]?.name} (idle, ${at})\n${lrm.join("")}`,
  };
};
