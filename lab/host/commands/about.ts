import type { ClusterNode } from "../../node.ts";
import { apiOf } from "../../schema/schema.ts";
import type { Answer, Command } from "../command.ts";
import { hostMachine } from "../machine/host-machine.ts";
import { failed, notHere, parsed } from "./arguments.ts";

const COMMIT = "1ab1ab1ab1ab1ab1";

/** The packages that people ask about, with their versions. */
function packagesOf({ release, kernel, mollyGuard }: ClusterNode): Readonly<Record<string, string>> {
  const { version } = apiOf(release);
  const major = release.startsWith("9");
  return {
    "proxmox-ve": `${release.split(".")[0]}.${major ? "0" : "4"}.0`,
    "pve-manager": version,
    [`proxmox-kernel-${kernel}-signed`]: kernel.replace(/-pve$/, ""),
    "proxmox-kernel-helper": major ? "9.0.4" : "8.1.4",
    "initramfs-tools": major ? "0.148.3" : "0.142+deb12u3",
    "grub-efi-amd64": major ? "2.12-9+pmx2" : "2.06-13+pmx6",
    "libpve-access-control": major ? "9.0.3" : "8.2.2",
    "qemu-server": major ? "9.0.16" : "8.3.12",
    ...(mollyGuard ? { "molly-guard": "0.7.2" } : {}),
    corosync: major ? "3.1.9-pve2" : "3.1.9-pve1",
    "pve-cluster": major ? "9.0.6" : "8.1.2",
    "pve-qemu-kvm": major ? "10.0.2-4" : "9.2.0-5",
    "zfsutils-linux": major ? "2.3.4-pve1" : "2.2.7-pve2",
  };
}

export const pveversion: Command = ({ host, argv }): Answer => {
  const { node } = host;
  const { version } = apiOf(node.release);
  if (!argv.some((word) => word === "-v" || word === "--verbose"))
    return { stdout: `pve-manager/${version}/${COMMIT} (running kernel: ${node.kernel})\n` };
  const { "proxmox-ve": meta = "", "pve-manager": _, ...others } = packagesOf(node);
  const lines = Object.entries(others).map(([name, at]) => `${name}: ${at}\n`);
  return {
    stdout: `proxmox-ve: ${meta} (running kernel: ${node.kernel})\npve-manager: ${version} (running version: ${version}/${COMMIT})\n${lines.join("")}`,
  };
};

const QUERY = {
  show: { type: "boolean", short: "W" },
  showformat: { type: "string", short: "f", default: `\${Package}\t\${Version}\n` },
  list: { type: "boolean", short: "l" },
  status: { type: "boolean", short: "s" },
} as const;

const INSTALLED = {
  Architecture: "amd64",
  Status: "install ok installed",
  "db:Status-Status": "installed",
  "db:Status-Abbrev": "ii ",
};

export const dpkgQuery: Command = ({ host, argv }): Answer => {
  const found = parsed("dpkg-query", argv, QUERY);
  if (!found.ok) return found.answer;
  if (!found.values.show) return notHere("dpkg-query", argv.join(" "));
  const all = packagesOf(host.node);
  const wanted = found.positionals;
  const fits = (name: string) =>
    wanted.length === 0 ||
    wanted.some((pattern) =>
      new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(name),
    );
  const chosen = Object.entries(all).filter(([name]) => fits(name));
  const line = ([name, version]: readonly [string, string]) => {
    const fields: Readonly<Record<string, string>> = {
      ...INSTALLED,
      Package: name,
      "binary:Package": name,
      Version: version,
    };
    return found.values.showformat
      .replace(/^=/, "")
      .replaceAll(/\$\{([^};]+)(?:;-?\d+)?\}/g, (_, field: string) => fields[field] ?? "")
      .replaceAll("\\n", "\n")
      .replaceAll("\\t", "\t");
  };
  const missing = wanted.filter((name) => !name.includes("*") && !(name in all));
  return {
    stdout: chosen.map(line).join(""),
    stderr: missing.map((name) => `dpkg-query: no packages found matching ${name}\n`).join(""),
    code: missing.length > 0 ? 1 : 0,
  };
};

export const hostnamectl: Command = ({ host, argv }): Answer => {
  const [act = "status"] = argv.filter((word) => !word.startsWith("-"));
  if (act === "hostname" || argv.includes("--static")) return { stdout: `${host.node.name}\n` };
  if (act !== "status") return notHere("hostnamectl", act);
  const read = (path: string) => hostMachine(host).files.read(path)?.trim() ?? "";
  const system = /^PRETTY_NAME="(.*)"$/m.exec(read("/etc/os-release"))?.[1] ?? "Debian GNU/Linux";
  const lines = [
    ["Static hostname", host.node.name],
    ["Icon name", "computer-desktop"],
    ["Chassis", "desktop"],
    ["Machine ID", read("/etc/machine-id")],
    ["Boot ID", read("/proc/sys/kernel/random/boot_id").replaceAll("-", "")],
    ["Operating System", system],
    ["Kernel", `Linux ${host.node.kernel}`],
    ["Architecture", "x86-64"],
  ];
  return { stdout: lines.map(([name, value]) => `${`${name}`.padStart(16)}: ${value}\n`).join("") };
};

/** A part of a real host that the lab does not play. */
export const absent =
  (program: string): Command =>
  () =>
    failed(`${program}: this program is not part of the lab`, 127);
