import type { PciDevice } from "#providers/host/host-facts.ts";

/** What people call a device: of a card what stands in its brackets, of a maker what is short. */
export function nameOf({ name = "", class: kind }: PciDevice): string {
  const [, maker = "", rest = name] =
    /^(Advanced Micro Devices, Inc\. \[AMD(?:\/ATI)?\]|\S+ (?:Corporation|Technology, Inc\.)) (.*)$/.exec(name) ?? [];
  const short = maker.startsWith("Advanced") ? "AMD" : (maker.split(" ")[0] ?? "");
  const card = kind.startsWith("03") ? /\[([^\]]*)\]/.exec(rest)?.[1] : undefined;
  const own = card ?? rest;
  return own.startsWith(short) ? own : `${short} ${own}`;
}
