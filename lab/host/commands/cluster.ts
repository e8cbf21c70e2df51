import type { ClusterNode } from "../../node.ts";
import type { Answer, Command } from "../command.ts";
import type { Host } from "../host.ts";
import { failed, notHere } from "./arguments.ts";

export const pvecm: Command = ({ host, argv }): Answer => {
  const { cluster } = host;
  if (!hasCorosync(host))
    return failed(
      "Error: Corosync config '/etc/pve/corosync.conf' does not exist - is this node part of a cluster?",
      255,
    );
  if (argv[0] === "nodes") return { stdout: members(host, { inHex: false, byAddress: false }) };
  if (argv[0] !== "status") return notHere("pvecm", argv.join(" "));
  const about = `Cluster information
-------------------
Name:             ${cluster.name}
Config Version:   ${cluster.nodes.length}
Transport:        knet
Secure auth:      on

`;
  return { stdout: about + quorum(host, { inHex: true, byAddress: true }), code: codeOf(host) };
};

/** `-s`, which is what it does by itself, and `-l`; `-i` shows addresses, `-H` numbers in hex. */
export const corosyncQuorumtool: Command = ({ host, argv }): Answer => {
  if (!hasCorosync(host)) return failed("Cannot initialize CMAP service");
  const letters = argv.join("").replaceAll("-", "");
  if (/[^siHl]/.test(letters)) return notHere("corosync-quorumtool", argv.join(" "));
  const how = { inHex: letters.includes("H"), byAddress: letters.includes("i") };
  if (letters.includes("l")) return { stdout: members(host, how) };
  return { stdout: quorum(host, how), code: codeOf(host) };
};

interface How {
  readonly inHex: boolean;
  readonly byAddress: boolean;
}

/** A node that was never joined to another has none. */
const hasCorosync = ({ cluster }: Host): boolean => cluster.nodes.length > 1;

/** Those that a host sees: whom nobody reaches sees itself alone. */
const seenBy = ({ cluster, node }: Host): readonly ClusterNode[] =>
  node.online ? cluster.nodes.filter(({ online }) => online) : [node];

const needed = ({ cluster }: Host): number => Math.floor(cluster.nodes.length / 2) + 1;
const isQuorate = (host: Host): boolean => seenBy(host).length >= needed(host);
const NOT_QUORATE = 2;
const codeOf = (host: Host): number => (isQuorate(host) ? 0 : NOT_QUORATE);
const numberOf = ({ id }: ClusterNode, inHex: boolean): string =>
  inHex ? `0x${id.toString(16).padStart(8, "0")}` : String(id);

function quorum(host: Host, how: How): string {
  const { cluster, node } = host;
  const all = cluster.nodes.length;
  const votes = seenBy(host);
  const is = isQuorate(host);
  return `Quorum information
------------------
Date:             ${ctime(cluster.now())}
Quorum provider:  corosync_votequorum
Nodes:            ${votes.length}
Node ID:          ${numberOf(node, how.inHex)}
Ring ID:          ${votes[0]?.id}.${all}
Quorate:          ${is ? "Yes" : "No"}

Votequorum information
----------------------
Expected votes:   ${all}
Highest expected: ${all}
Total votes:      ${votes.length}
Quorum:           ${needed(host)} ${is ? " " : "Activity blocked"}
Flags:            ${is ? "Quorate " : ""}
${members(host, how)}`;
}

function members(host: Host, { inHex, byAddress }: How): string {
  const lines = seenBy(host).map((one) => {
    const name = byAddress ? one.ip : one.name;
    return `${numberOf(one, inHex).padStart(10)}          1 ${name}${one === host.node ? " (local)" : ""}\n`;
  });
  return `\nMembership information\n----------------------\n    Nodeid      Votes Name\n${lines.join("")}`;
}

/** Like `Sun Mar  1 12:00:00 2026`. */
function ctime(seconds: number): string {
  const [day = "", date = "", month = "", year = "", time = ""] = new Date(seconds * 1000).toUTCString().split(/,? /);
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

export const haManager: Command = ({ host, argv }): Answer => {
  if (argv[0] !== "status") return notHere("ha-manager", argv.join(" "));
  const { cluster } = host;
  const at = new Date(cluster.now() * 1000).toUTCString().replace(" GMT", "").replace(",", "");
  const lrm = cluster.nodes.map(
    ({ name, online }) => `lrm ${name} (${online ? "idle" : "old timestamp - dead?"}, ${at})\n`,
  );
  return {
    stdout: `quorum ${isQuorate(host) ? "OK" : "No quorum on node!"}\nmaster ${cluster.nodes[0]?.name} (idle, ${at})\n${lrm.join("")}`,
  };
};
