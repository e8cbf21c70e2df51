import type { Answer, Command } from "../command.ts";
import type { Host } from "../host.ts";
import { hostMachine } from "../machine/host-machine.ts";
import { type Link, linksOf } from "../machine/links.ts";
import { notHere } from "./arguments.ts";

interface Shown extends Link {
  readonly ip?: readonly [address: string, prefix: number];
}

function shownOn(host: Host): readonly Shown[] {
  const kernel = hostMachine(host).kernel;
  const { ip } = host.node;
  const ips: Readonly<Record<string, Shown["ip"]>> = {
    loopback: ["127.0.0.1", 8],
    bridge: [ip, ip.includes(":") ? 64 : 24],
  };
  return (kernel ? linksOf(kernel) : []).map((link) => {
    const own = ips[link.kind];
    return own ? { ...link, ip: own } : link;
  });
}

const family = (address: string) => (address.includes(":") ? "inet6" : "inet");
const flagsOf = ({ kind, isUp }: Link): readonly string[] => {
  if (kind === "loopback") return ["LOOPBACK", "UP", "LOWER_UP"];
  if (isUp) return ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"];
  return kind === "bridge" ? ["NO-CARRIER", "BROADCAST", "MULTICAST", "UP"] : ["BROADCAST", "MULTICAST"];
};
const stateOf = ({ kind, isUp }: Link) => (kind === "loopback" ? "UNKNOWN" : isUp ? "UP" : "DOWN");
const typeOf = ({ kind }: Link) => (kind === "loopback" ? "loopback" : "ether");
const mtuOf = ({ kind }: Link) => (kind === "loopback" ? 65536 : 1500);
const gatewayOf = (ip: string) => (ip.includes(":") ? ip.replace(/[^:]*$/, "1") : ip.replace(/\d+$/, "1"));

/** `ip link`, `ip addr` and `ip route`, to look at: nothing can be changed by it. */
export const ip: Command = ({ host, argv }): Answer => {
  const isJson = argv.some((word) => /^-(?:j|json|p?j|jp|js)/.test(word));
  const [object = "", act = "show", ...rest] = argv.filter((word) => !word.startsWith("-"));
  if (!["show", "list", "ls", "s", "l"].includes(act)) return notHere("ip", argv.join(" "));
  const only = rest.filter((word) => word !== "dev")[0];
  const links = shownOn(host)
    .map((link, n) => ({ link, index: n + 1 }))
    .filter(({ link }) => only === undefined || link.name === only);
  if (/^r(?:o|oute)?$/.test(object)) return routes(host, isJson);
  const withAddresses = /^a(?:d|ddr|ddress)?$/.test(object);
  if (!withAddresses && !/^l(?:i|ink)?$/.test(object)) return notHere("ip", argv.join(" "));
  if (only !== undefined && links.length === 0) return { stderr: `Device "${only}" does not exist.\n`, code: 1 };
  if (isJson)
    return { stdout: `${JSON.stringify(links.map(({ link, index }) => asJson(link, index, withAddresses)))}\n` };
  return { stdout: links.map(({ link, index }) => asText(link, index, withAddresses)).join("") };
};

function routes(host: Host, isJson: boolean): Answer {
  const { ip: address } = host.node;
  if (!shownOn(host).some(({ kind, isUp }) => kind === "bridge" && isUp)) return { stdout: isJson ? "[]\n" : "" };
  const gateway = gatewayOf(address);
  if (isJson)
    return {
      stdout: `${JSON.stringify([{ dst: "default", gateway, dev: "vmbr0", protocol: "kernel", flags: ["onlink"] }])}\n`,
    };
  return { stdout: `default via ${gateway} dev vmbr0 proto kernel onlink\n` };
}

const asJson = (link: Shown, index: number, withAddresses: boolean): object => ({
  ifindex: index,
  ifname: link.name,
  flags: flagsOf(link),
  mtu: mtuOf(link),
  ...(link.master === undefined ? {} : { master: link.master }),
  operstate: stateOf(link),
  link_type: typeOf(link),
  address: link.mac,
  ...(withAddresses
    ? {
        addr_info: link.ip
          ? [
              {
                family: family(link.ip[0]),
                local: link.ip[0],
                prefixlen: link.ip[1],
                scope: link.kind === "loopback" ? "host" : "global",
              },
            ]
          : [],
      }
    : {}),
});

function asText(link: Shown, index: number, withAddresses: boolean): string {
  const master = link.master === undefined ? "" : ` master ${link.master}`;
  const head = `${index}: ${link.name}: <${flagsOf(link).join(",")}> mtu ${mtuOf(link)} qdisc noqueue${master} state ${stateOf(link)} group default qlen 1000\n`;
  const own = `    link/${typeOf(link)} ${link.mac} brd ${link.kind === "loopback" ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff"}\n`;
  const at =
    withAddresses && link.ip
      ? `    ${family(link.ip[0])} ${link.ip.join("/")} scope ${link.kind === "loopback" ? "host lo" : `global ${link.name}`}\n`
      : "";
  return head + own + at;
}
