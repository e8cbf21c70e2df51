import type { Failure } from "../core/door.ts";
import type { Claimant } from "../core/kind.ts";
import { moduleLines } from "../host/edit/modprobe.ts";
import type { Place } from "../host/edit/origin.ts";
import { spokenOf } from "../host/edit/parameter.ts";
import type { HostFacts } from "../host/host-facts.ts";
import type { Facts } from "./vfio-facts.ts";
import { parametersOf, toldToGrub } from "./vfio-files.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { takenFromHost } from "./what-the-host-keeps.ts";

/** Why this host cannot or must not be set up so. */
export function refusalsOf(who: Claimant, args: Args, facts: Facts): Failure[] {
  const { chosen, host, loader } = facts;
  if (args.mode === "off") return [];
  const refuse = (reason: string): Failure => ({ property: "host", reason: `${args.host}: ${reason}` });
  if (loader.is === "unknown") return [refuse(`which boot loader it has cannot be told: ${loader.why}`)];
  return [
    ...(args.mode === "passthrough" ? [...chosen.failures, ...takenFromHost(args, facts).map(refuse)] : []),
    ...(host.cpu === "" ? [refuse("its CPU does not say whose it is")] : []),
    ...(chosen.devices.length > 0 && !host.programs.includes("update-initramfs")
      ? [refuse("it has no update-initramfs, so it is no host of Proxmox VE's")]
      : []),
    ...(loader.is === "grub" ? clashesInGrub(who, args, host).map(refuse) : []),
    ...(args.mode === "passthrough" && chosen.devices.length > 0 ? otherIds(who, host).map(refuse) : []),
  ];
}

/** A parameter of which the last one wins would silently undo what somebody set on purpose. */
function clashesInGrub({ name }: Claimant, args: Args, host: HostFacts): string[] {
  const { words } = toldToGrub(host, name);
  return parametersOf(args, host).flatMap((parameter) => {
    const spoken = spokenOf(
      words.map(({ word }) => word),
      parameter,
    );
    if (spoken?.is !== "other") return [];
    const at = words.findLast(({ word }) => word === spoken.by)?.at;
    return [`${placeWords(at)} has ${spoken.by} where this wants ${parameter}: take one of them out`];
  });
}

/** The kernel takes the last `ids` alone: with two files one would silently win. */
const otherIds = ({ name }: Claimant, { files }: HostFacts): string[] =>
  Object.entries(files)
    .filter(([path]) => path.startsWith("/etc/modprobe.d/"))
    .flatMap(([path, text]) => moduleLines(path, text))
    .filter(
      ({ command, name: module, value }) => command === "options" && module === "vfio_pci" && /\bids=/.test(value),
    )
    .filter(({ at: { origin } }) => !(origin.by === "us" && origin.name === name))
    .map(
      ({ value, at }) =>
        `${placeWords(at)} hands devices to vfio-pci already (${value}), and the kernel would go by one of the two alone: ` +
        (at.origin.by === "us"
          ? `that is the VfioHostConfig ${JSON.stringify(at.origin.name)}, so list all cards of a host in one`
          : "take that line out first"),
    );

const placeWords = (at: Place | undefined): string => (at ? `${at.path}:${at.line}` : "/etc/default/grub");
