import { originsIn, type Place } from "../host/edit/origin.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import type { BootLoader } from "./boot-loader.ts";
import { handedOnByOthers } from "./vfio-ids.ts";

/** A line that has vfio-pci take devices at the next start: by what they are, or by where they are. */
export interface Hand {
  readonly by: "ids" | "address";
  readonly at: Place;
  takes(device: PciDevice): boolean;
}

const SCRIPTS = "/etc/initramfs-tools/scripts/";

/** All such lines of a host, those of the resource `but` aside. */
export const handsOn = (facts: HostFacts, loader: BootLoader, but = ""): Hand[] => [
  ...handedOnByOthers(facts, loader, but).map(
    ({ at, ids }): Hand => ({ by: "ids", at, takes: ({ id }) => ids.includes(id) }),
  ),
  ...Object.entries(facts.files)
    .filter(([path, text]) => path.startsWith(SCRIPTS) && text.includes("driver_override"))
    .flatMap(([path, text]) => byAddress(path, text))
    .filter(({ at: { origin } }) => !(origin.by === "us" && origin.name === but)),
];

/** A script names the addresses that it is for. */
function byAddress(path: string, text: string): Hand[] {
  const origins = originsIn(text);
  return text.split("\n").flatMap((line, n): Hand[] => {
    if (line.trimStart().startsWith("#") || !line.includes("driver_override")) return [];
    const named = line.match(/\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/g);
    const at: Place = { path, line: n + 1, origin: origins[n] ?? { by: "somebody" } };
    return named ? [{ by: "address", at, takes: ({ address }) => named.includes(address) }] : [];
  });
}
