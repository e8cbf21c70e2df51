import type { PciDevice } from "#providers/host/host-facts.ts";

/** What people call a device: of a card what stands in its brackets, of a maker what is short. */
export function nameOf({ name = "" }: PciDevice): string {
  const [, maker = "", rest = name] =
    /^(Advanced Micro Devices, Inc\. \[AMD(?:\/ATI)?\]|\S+ (?:Corporation|Technology, Inc\.)) (.*)$/.exec(name) ?? [];
  const short = maker.startsWith("Advanced") ? "AMD" : (maker.split(" ")[0] ?? "");
  const card = /\[([^\]]*)\]/.exec(rest)?.[1];
  const own = card ?? rest;
  return own.startsWith(short) ? own : `${short} ${own}`;
}
