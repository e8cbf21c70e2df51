import type { ClusterNode } from "../../node.ts";
import type { Kernel } from "./kernel/kernel.ts";
import { neededBy } from "./modules.ts";
import { procMounts, procSwaps } from "./mounted.ts";

/** What a host shows in `/proc` instead of the real machine's, by path below it. */
export const procFiles = (node: ClusterNode, kernel: Kernel, bootId: string): Readonly<Record<string, string>> => ({
  cmdline: `${kernel.cmdline}\n`,
  "sys/kernel/random/boot_id": `${bootId}\n`,
  "sys/kernel/osrelease": `${kernel.version}\n`,
  "sys/kernel/hostname": `${node.name}\n`,
  version: `Linux version ${kernel.version} (build@proxmox) ${kernelBuild(kernel.version)}\n`,
  modules: procModules(kernel),
  cpuinfo: cpuInfo(node, kernel),
  meminfo: memInfo(node.memory),
  mounts: procMounts(node.machine),
  swaps: procSwaps(node.machine),
});

/** As `uname -v` has it. */
export const kernelBuild = (version: string): string => `#1 SMP PREEMPT_DYNAMIC PMX ${version.replace(/-pve$/, "")}`;

/** `/proc/modules`, the newest first. */
export function procModules({ modules }: Kernel): string {
  const names = [...modules.keys()];
  return names
    .toReversed()
    .map((name) => {
      const users = names.filter((other) => neededBy(other).at(-1) === name || neededBy(other).includes(name));
      return `${name} 65536 ${users.length} ${users.length === 0 ? "-" : `${users.join(",")},`} Live 0x0000000000000000\n`;
    })
    .join("");
}

const VENDORS = { AMD: ["AuthenticAMD", "svm"], Intel: ["GenuineIntel", "vmx"] } as const;

function cpuInfo({ cpu }: ClusterNode, { machine }: Kernel): string {
  const [vendor, flag] = VENDORS[machine.cpu];
  const threads = cpu.threads * cpu.sockets;
  return Array.from({ length: threads }, (_, n) =>
    [
      `processor\t: ${n}`,
      `vendor_id\t: ${vendor}`,
      `model name\t: ${cpu.model}`,
      `physical id\t: ${Math.floor(n / cpu.threads)}`,
      `siblings\t: ${cpu.threads}`,
      `core id\t\t: ${n % cpu.cores}`,
      `cpu cores\t: ${cpu.cores}`,
      `flags\t\t: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge lm constant_tsc nopl aes ${flag}`,
      "",
    ].join("\n"),
  ).join("\n");
}

function memInfo(bytes: number): string {
  const line = (name: string, kib: number) => `${`${name}:`.padEnd(16)}${String(Math.floor(kib)).padStart(8)} kB\n`;
  const kib = bytes / 1024;
  return (
    line("MemTotal", kib) +
    line("MemFree", kib * 0.8) +
    line("MemAvailable", kib * 0.85) +
    line("Buffers", kib * 0.01) +
    line("Cached", kib * 0.05) +
    line("SwapTotal", 0) +
    line("SwapFree", 0)
  );
}
