import { isSaidIn, keyOf, textsIn } from "../host/edit/parameter.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { isChangedSince } from "../host/journal.ts";
import type { BootLoader } from "./boot-loader.ts";
import type { Chosen } from "./chosen-devices.ts";
import { membersOf } from "./groups.ts";
import { wordsInFiles } from "./kernel-words.ts";
import { parametersOf } from "./vfio-files.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { handedOnByOthers } from "./vfio-ids.ts";

interface Seen {
  readonly host: HostFacts;
  readonly chosen: Chosen;
  readonly loader: BootLoader;
}

/** The outputs of a VfioHostConfig beside its files, in the order and with the names that the class has. */
export const observedOf = (name: string, args: Args, seen: Seen): Readonly<Record<string, unknown>> => ({
  devices: seen.chosen.devices.map((device) => ({
    address: device.address,
    id: device.id,
    name: device.name,
    driver: device.driver,
    group: device.group,
    members: membersOf(device, seen.host).map(({ address }) => address),
    bootVga: device.bootVga === true,
  })),
  rebootPending: awaitsReboot(name, args, seen).length > 0,
  cmdline: { running: seen.host.cmdline, next: nextCmdline(seen.host, seen.loader) },
});

/** What is not in effect as long as the host runs as it was booted, in words; none where all is. */
export function awaitsReboot(name: string, args: Args, seen: Seen): string[] {
  const lacking = lackingNow(name, args, seen);
  return lacking.length === 0 && args.persist && isChangedSince(seen.host, name)
    ? ["what stood there before is still in effect"]
    : lacking;
}

/** What the kernel shows otherwise than it is to be. */
function lackingNow(name: string, args: Args, { host, chosen, loader }: Seen): string[] {
  if (!args.persist) return [];
  const running = textsIn(host.cmdline);
  const untold = parametersOf(name, args, host).filter((parameter) => !isSaidIn(running, parameter));
  const others = handedOnByOthers(host, loader, name)
    .filter(({ isOption }) => isOption || args.mode !== "rescue")
    .flatMap(({ ids }) => ids);
  const isAway = ({ driver, id }: PciDevice) =>
    args.mode === "passthrough" ? driver !== "vfio-pci" : driver === "vfio-pci" && !others.includes(id);
  return [
    ...(untold.length > 0 ? [`its kernel runs without ${untold.join(" ")}`] : []),
    ...chosen.devices
      .filter(isAway)
      .map(({ address, driver }) => `${address} is ${driver ? `with ${driver}` : "with no driver"}`),
  ];
}

/** What of that a start has to bring, and shows. With nothing handed on, PVE gives a card to vfio-pci where a guest starts with it. */
export function awaitsProof(name: string, args: Args, seen: Seen): string[] {
  const isTaken = args.mode !== "passthrough" && seen.host.guests.length > 0;
  return lackingNow(name, args, isTaken ? { ...seen, chosen: { devices: [], failures: [] } } : seen);
}

/** What the next start's kernel is told, as far as files say; where they do not, what the running one was. */
function nextCmdline(host: HostFacts, loader: BootLoader): string {
  const told = wordsInFiles(host, loader).map(({ word }) => word);
  if (loader.is === "unknown") return host.cmdline;
  return [...(loader.is === "grub" ? addedByGrub(host.cmdline) : []), ...told].join(" ");
}

/** What GRUB puts in front by itself. */
function addedByGrub(cmdline: string): string[] {
  const left = ["BOOT_IMAGE", "root", "ro", "rw", "rootflags"];
  const added: string[] = [];
  for (const text of textsIn(cmdline)) {
    const at = left.indexOf(keyOf(text));
    if (at < 0) break;
    left.splice(at, 1);
    added.push(text);
  }
  return added;
}
