import type { ClusterNode } from "../../node.ts";
import { goDown } from "../../power.ts";
import { apiOf } from "../../schema/schema.ts";
import type { Call, Handler } from "../call.ts";
import { diskUsed, memoryUsed, nodeStats } from "./stats.ts";

const list: Handler = (call) =>
  call.cluster.nodes.map((node) => ({
    ...nodeStats(call, node),
    ...(node.fingerprint ? { ssl_fingerprint: node.fingerprint } : {}),
  }));

const share = (total: number, used: number) => ({ total, used, free: total - used });

const status: Handler = ({ cluster, node }: Call) => {
  const { cpu, uptime, kernel, memory, disk, machine } = node;
  const { version } = apiOf(node.release);
  const used = memoryUsed(cluster, node);
  return {
    uptime,
    cpu: 0.02,
    wait: 0,
    idle: 0,
    loadavg: ["0.10", "0.08", "0.05"],
    kversion: `Linux ${kernel} ${kernelBuild(node)}`,
    "current-kernel": { sysname: "Linux", release: kernel, version: kernelBuild(node), machine: "x86_64" },
    "boot-info":
      machine.firmware === "bios" ? { mode: "legacy-bios" } : { mode: "efi", secureboot: Number(machine.secureBoot) },
    pveversion: `pve-manager/${version}/${LAB}`,
    cpuinfo: {
      model: cpu.model,
      sockets: cpu.sockets,
      cores: cpu.cores * cpu.sockets,
      cpus: cpu.threads * cpu.sockets,
      mhz: "2600.000",
      hvm: "1",
      user_hz: 100,
      flags: "vmx aes",
    },
    memory: { ...share(memory, used), available: memory - used },
    swap: share(8 * 2 ** 30, 0),
    rootfs: { ...share(disk, diskUsed(node)), avail: disk - diskUsed(node) },
    ksm: { shared: 0 },
  };
};

const kernelBuild = ({ kernel }: ClusterNode) => `#1 SMP PREEMPT_DYNAMIC PMX ${kernel.replace(/-pve$/, "")}`;

/** Where a real node names the commit it was built from. */
const LAB = "1ab1ab1ab1ab1ab1";

const version: Handler = ({ node }) => ({ version: apiOf(node.release).version, release: node.release, repoid: LAB });

const power: Handler = ({ cluster, node, params }: Call) => {
  goDown(cluster, node, params.text("command") === "reboot" ? "reboot" : "poweroff");
  return null;
};

export const nodes: Readonly<Record<string, Handler>> = {
  "GET /version": version,
  "GET /nodes": list,
  "GET /nodes/{node}/status": status,
  "POST /nodes/{node}/status": power,
  "GET /nodes/{node}/version": version,
};
