import { type Call, must } from "../api/call.ts";

const part = (value: string, key: string): string | undefined => new RegExp(`(?:^|,)${key}=([^,]+)`).exec(value)?.[1];

/** Whether who asks may use the bridge that a network card is on, or each of its VLANs. */
export function checkBridge(call: Call, value: string): void {
  const bridge = part(value, "bridge");
  if (call.holder === "root@pam" || bridge === undefined) return;
  const at = `/sdn/zones/localnetwork/${bridge}`;
  const [tag, trunks] = [part(value, "tag"), part(value, "trunks")];
  const vlans = [...(tag === undefined ? [] : [tag]), ...vlansIn(trunks ?? "")];
  for (const path of vlans.length > 0 ? vlans.map((vlan) => `${at}/${vlan}`) : [at]) must(call, path, "SDN.Use");
}

/** The VLANs of `1;5-7`, in the order of their names. */
function vlansIn(trunks: string): string[] {
  const ranges = trunks.split(";").filter((range) => range !== "");
  const all = ranges.flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: Math.max(last - first, 0) + 1 }, (_, n) => String(first + n));
  });
  return [...new Set(all)].toSorted();
}
