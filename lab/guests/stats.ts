import type { Cluster } from "../cluster.ts";
import type { Guest } from "./guest.ts";

const MIB = 2 ** 20;
const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: MIB, G: 2 ** 30, T: 2 ** 40 };

/** What a status daemon would measure of a guest. Nothing runs here: what is used is a steady part of what there is. */
export interface GuestStats {
  readonly name: string;
  readonly status: "running" | "stopped";
  readonly uptime: number;
  readonly maxcpu: number;
  readonly cpu: number;
  readonly maxmem: number;
  readonly mem: number;
  readonly maxdisk: number;
}

export function statsOf({ now }: Pick<Cluster, "now">, guest: Guest): GuestStats {
  const { values } = guest.config;
  const number = (key: string, otherwise: number) => Number.parseInt(values.get(key) ?? "", 10) || otherwise;
  const running = guest.startedAt !== undefined;
  const maxmem = number("memory", 512) * MIB;
  return {
    name: nameOf(guest),
    status: running ? "running" : "stopped",
    uptime: guest.startedAt === undefined ? 0 : Math.max(now() - guest.startedAt, 1),
    maxcpu: number("cores", 1) * (guest.type === "qemu" ? number("sockets", 1) : 1),
    cpu: running ? 0.05 : 0,
    maxmem,
    mem: running ? Math.floor(maxmem / 2) : 0,
    maxdisk: sizeOf(bootDisk(guest)),
  };
}

export const nameOf = ({ type, vmid, config: { values } }: Guest): string =>
  type === "qemu" ? (values.get("name") ?? `VM ${vmid}`) : (values.get("hostname") ?? `CT${vmid}`);

export const isTemplate = ({ config: { values } }: Guest): boolean => values.get("template") === "1";

function bootDisk({ type, config: { values } }: Guest): string | undefined {
  if (type === "lxc") return values.get("rootfs");
  const order = /order=([^,;]+)/.exec(values.get("boot") ?? "")?.[1];
  const first = order ?? [...values.keys()].toSorted().find((key) => /^(?:ide|sata|scsi|virtio)\d+$/.test(key));
  return first === undefined ? undefined : values.get(first);
}

/** How large a disk is, in bytes, as a guest's file says. */
export function sizeOf(disk: string | undefined): number {
  const [, amount = "0", unit = ""] = /(?:^|,)size=(\d+)([KMGT]?)/.exec(disk ?? "") ?? [];
  return Number(amount) * (UNITS[unit] ?? 1);
}
