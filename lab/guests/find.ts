import { died } from "../api/api-error.ts";
import type { Call } from "../api/call.ts";
import { configPath, type Guest, type GuestType } from "./guest.ts";

/** The guest that a call names, or PVE's words that its file is not on this node. */
export function guestOf({ cluster, node, params }: Call, type: GuestType): Guest {
  const vmid = params.integer("vmid") ?? 0;
  const guest = cluster.guests.get(vmid);
  if (guest?.type === type && guest.node === node.name) return guest;
  throw died(`Configuration file '${configPath({ node: node.name, type, vmid })}' does not exist`);
}

const KIND: Readonly<Record<GuestType, string>> = { qemu: "VM", lxc: "CT" };

/** How PVE calls one in what it says. */
export const calledOf = ({ type, vmid }: Guest): string => `${KIND[type]} ${vmid}`;

export function checkUnlocked({ type, config: { values } }: Guest): void {
  const lock = values.get("lock");
  if (lock !== undefined) throw died(`${KIND[type]} is locked (${lock})`);
}

export function checkUnprotected({ config: { values } }: Guest, cannot: string): void {
  if (values.get("protection") === "1") throw died(`${cannot} - protection mode enabled`);
}
