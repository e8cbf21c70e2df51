import type { Answer, Command } from "../command.ts";
import type { Host } from "../host.ts";
import { interfaceOf } from "../machine/device.ts";
import { hostMachine } from "../machine/host-machine.ts";
import { lastOf } from "../machine/kernel/parameters.ts";
import { driverOf } from "../machine/modules.ts";
import { macOf } from "../machine/sysfs/classes.ts";
import { notHere } from "./arguments.ts";

interface Link {
  readonly ifname: string;
  readonly address: string;
  readonly kind: "loopback" | "ether";
  readonly master?: string;
  readonly ip?: readonly [address: string, prefix: number];
}

function linksOf(host: Host): readonly Link[] {
  const kernel = hostMachine(host).kernel;
  if (!kernel) return [];
  const { bus, parameters } = kernel;
  const isRenamed = lastOf(parameters, "net.ifnames") !== "0";
  const ports = bus.devices.filter(
    (device) =>
      interfaceOf(device) !== undefined &&
      (device.modules ?? []).some((name) => driverOf(name) === bus.driverOf(device.address)),
  );
  const own = ports.map(
    (device, n): Link => ({
      ifname: isRenamed ? (interfaceOf(device) ?? "") : `eth${n}`,
      address: macOf(device.address),
      kind: "ether",
      ...(device.serves === "network" ? { master: "vmbr0" } : {}),
    }),
  );
  const bridged = own.find(({ master }) => master !== undefined);
  const { ip } = host.node;
  return [
    { ifname: "lo", address: "00:00:00:00:00:00", kind: "loopback", ip: ["127.0.0.1", 8] },
    ...own,
    ...(bridged
      ? [
          {
            ifname: "vmbr0",
            address: bridged.address,
            kind: "ether" as const,
            ip: [ip, ip.includes(":") ? 64 : 24] as const,
          },
        ]
      : []),
  ];
}

const family = (address: string) => (address.includes(":") ? "inet6" : "inet");
const flagsOf = ({ kind }: Link) =>
  kind === "loopback" ? ["LOOPBACK", "UP", "LOWER_UP"] : ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"];
const gatewayOf = (ip: string) => (ip.includes(":") ? ip.replace(/[^:]*$/, "1") : ip.replace(/\d+$/, "1"));

/** `ip link`, `ip addr` and `ip route`, to look at: nothing can be changed by it. */
export const ip: Command = ({ host, argv }): Answer => {
  const isJson = argv.some((word) => /^-(?:j|json|p?j|jp|js)/.test(word));
  const [object = "", act = "show", ...rest] = argv.filter((word) => !word.startsWith("-"));
  if (!["show", "list", "ls", "s", "l"].includes(act)) return notHere("ip", argv.join(" "));
  const only = rest.filter((word) => word !== "dev")[0];
  const links = linksOf(host)
    .map((link, n) => ({ link, index: n + 1 }))
    .filter(({ link }) => only === undefined || link.ifname === only);
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
  if (!linksOf(host).some(({ ifname }) => ifname === "vmbr0")) return { stdout: isJson ? "[]\n" : "" };
  const gateway = gatewayOf(address);
  if (isJson)
    return {
      stdout: `${JSON.stringify([{ dst: "default", gateway, dev: "vmbr0", protocol: "kernel", flags: ["onlink"] }])}\n`,
    };
  return { stdout: `default via ${gateway} dev vmbr0 proto kernel onlink\n` };
}

const asJson = (link: Link, index: number, withAddresses: boolean): object => ({
  ifindex: index,
  ifname: link.ifname,
  flags: flagsOf(link),
  mtu: link.kind === "loopback" ? 65536 : 1500,
  ...(link.master === undefined ? {} : { master: link.master }),
  operstate: link.kind === "loopback" ? "UNKNOWN" : "UP",
  link_type: link.kind,
  address: link.address,
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

function asText(link: Link, index: number, withAddresses: boolean): string {
  const master = link.master === undefined ? "" : ` master ${link.master}`;
  const head = `${index}: ${link.ifname}: <${flagsOf(link).join(",")}> mtu ${link.kind === "loopback" ? 65536 : 1500} qdisc noqueue${master} state ${link.kind === "loopback" ? "UNKNOWN" : "UP"} group default qlen 1000\n`;
  const own = `    link/${link.kind} ${link.address} brd ${link.kind === "loopback" ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff"}\n`;
  const at =
    withAddresses && link.ip
      ? `    ${family(link.ip[0])} ${link.ip.join("/")} scope ${link.kind === "loopback" ? "host lo" : `global ${link.ifname}`}\n`
      : "";
  return head + own + at;
}
