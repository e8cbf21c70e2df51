import { type Finding, info, warning } from "../core/finding.ts";
import type { Edit } from "../host/edit/edit.ts";
import type { ModuleLine } from "../host/edit/modprobe.ts";
import { linesToMute } from "../host/edit/muted.ts";
import { placeWords } from "../host/edit/origin.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { deviceWords } from "./device-words.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { type HandsOn, handedOnByOthers, idsHandedOn, listedModules } from "./vfio-ids.ts";

type Seen = Pick<Facts, "chosen" | "host" | "loader">;

/** Lines of modprobe.d that others wrote, put out of effect as long as this stands. */
export const muting = ({ files }: HostFacts, isMeant: (line: ModuleLine) => boolean): [path: string, edit: Edit][] =>
  Object.entries(files)
    .filter(([path]) => path.startsWith("/etc/modprobe.d/"))
    .map(([path, text]) => [path, linesToMute(path, text, isMeant)] as const)
    .filter(([, lines]) => lines.length > 0)
    .map(([path, lines]) => [path, { kind: "muted", lines }]);

/** Lines that hand on what is chosen, and nothing else; of ghostctl's, which keeps every maker's drivers off, all others too. */
export function isAdopted(chosen: readonly PciDevice[]): (line: ModuleLine) => boolean {
  return (line) => {
    const ids = idsHandedOn(line);
    if (ids.length > 0) return beyond(ids, chosen).length === 0;
    return line.at.origin.by === "ghostctl";
  };
}

/** Why what others hand to vfio-pci cannot stay beside this: of two lists of ids, vfio-pci goes by the last alone. */
export function adoptionRefusals(name: string, args: Args, facts: Seen): string[] {
  const { host, loader, chosen } = facts;
  return handedOnByOthers(host, loader, name).flatMap((handed) => {
    const already = `${placeWords(handed.at)} hands devices to vfio-pci already (${handed.said})`;
    if (handed.at.origin.by === "us")
      return [
        `${already}: that is the VfioHostConfig ${JSON.stringify(handed.at.origin.name)}, so list all cards of a host in one`,
      ];
    const others = beyond(handed.ids, chosen.devices);
    if (others.length > 0)
      return [
        `${already}, and the kernel would go by one list of ids alone: ${others.map((id) => idWords(id, host)).join(", ")} ` +
          `is not chosen. Choose it too, or take that ${handed.isOption ? "line" : "word"} out first`,
      ];
    if (!handed.isOption || args.adopt) return [];
    const vga =
      /\bdisable_vga=1/.test(handed.said) && !args.disableVga ? " (with disableVga: true, which it sets too)" : "";
    return [
      `${already}, and the kernel would go by one list of ids alone: all of them are chosen, so set adopt: true to take ` +
        `that over${vga}, or take that line out first`,
    ];
  });
}

/** What others have that this stands beside, and what of it outlives a destroy. */
export function adoptionFindings(name: string, { host: where }: Args, facts: Seen): Finding[] {
  const stays = handedOnByOthers(facts.host, facts.loader, name).filter(
    ({ isOption, ids }) => !isOption && beyond(ids, facts.chosen.devices).length === 0,
  );
  return [...stays.map((handed) => staysHandedOn(where, handed)), ...obsoleteModules(where, facts.host)];
}

const staysHandedOn = (where: string, { at, said }: HandsOn): Finding =>
  warning(
    "others-ids",
    where,
    `${where}: ${placeWords(at)} hands the same devices to vfio-pci (${said}), and goes on with it after a destroy.`,
  );

/** Since 6.2 it is a part of vfio, and modprobe looks for it in vain. */
const obsoleteModules = (where: string, host: HostFacts): Finding[] => {
  const [major = 0, minor = 0] = host.kernel.split(".").map(Number);
  if (major < 6 || (major === 6 && minor < 2)) return [];
  return listedModules(host)
    .filter(({ name }) => name === "vfio_virqfd")
    .map(({ at }) =>
      info(
        "obsolete-module",
        where,
        `${where}: ${placeWords(at)} has vfio_virqfd loaded, which is gone since kernel 6.2: that line can go.`,
      ),
    );
};

const beyond = (ids: readonly string[], chosen: readonly PciDevice[]): string[] =>
  ids.filter((id) => !chosen.some((device) => device.id === id));

function idWords(id: string, { devices }: HostFacts): string {
  const there = devices.filter((device) => device.id === id);
  return there.length === 0 ? `${id} (no device there has it)` : there.map(deviceWords).join(" and ");
}
