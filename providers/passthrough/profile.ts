import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { grubWords } from "../host/edit/grub.ts";
import { type ModuleLine, moduleLines } from "../host/edit/modprobe.ts";
import { mutedIn } from "../host/edit/muted.ts";
import { ownerIn } from "../host/edit/owned.ts";
import { isSaidIn } from "../host/edit/parameter.ts";
import type { HostFacts, PciDevice } from "../host/host-facts.ts";
import { journalIn } from "../host/journal.ts";
import { type BootLoader, bootLoaderOf } from "./boot-loader.ts";
import { functionOf, slotOf } from "./chosen-devices.ts";
import { standingBack } from "./drivers.ts";
import { siblingsOf } from "./groups.ts";
import { isHeadless } from "./headless.ts";
import { iommuParameters } from "./iommu.ts";
import { CMDLINE, wordsInFiles } from "./kernel-words.ts";
import { areOfRescue } from "./rescue-words.ts";
import { ownPaths } from "./vfio-files.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { handedOnByOthers, modprobeLines } from "./vfio-ids.ts";

/** Args of a VfioHostConfig but for its host, defaults left out. */
type Profile = Omit<z.input<typeof Args>, "host">;

/**
 * What a host is set up for by the resource `name`, as args that would change nothing there; where there is no such
 * resource, what somebody set up by hand, as args that take it over.
 */
export function profileOf(host: HostFacts, name: string): Profile {
  const loader = bootLoaderOf(host);
  const lines = ownLines(host, name);
  const words = ownWords(host, loader, name);
  const adopt = Object.entries(host.files).some(
    ([path, text]) => path.startsWith("/etc/modprobe.d/") && mutedIn(text, name) !== undefined,
  );
  const muted = adopt ? { adopt } : {};
  const bound = Object.keys(journalIn(host, name).record?.bound ?? {});
  if (lines === undefined && bound.length > 0) return { persist: false, ...cardsOf(host, devicesAt(host, bound)) };
  if (lines === undefined && words.length === 0) return adopt ? { mode: "rescue", adopt } : byHand(host, loader, name);
  const others = wordsInFiles(host, loader, name).map(({ word }) => word);
  const isTold = (word: string) => loader.is === "grub" && isSaidIn(others, word);
  const lacking = (wanted: readonly string[]) => wanted.filter((word) => !isTold(word));
  if (lines === undefined && areOfRescue(words)) return { mode: "rescue", ...muted };
  return {
    ...(lines === undefined ? {} : passthroughIn(lines, host, name)),
    ...muted,
    ...parametersIn(words, lacking(iommuParameters(host))),
  };
}

function passthroughIn({ text, lines }: OwnLines, host: HostFacts, name: string): Profile {
  const chosen = devicesAt(
    host,
    [...text.matchAll(/^# (\S+) \[/gm)].map(([, address = ""]) => address),
  );
  const blacklisted = [...text.matchAll(/^blacklist (\S+)$/gm)].map(([, driver = ""]) => driver);
  const isAuto = isDeepStrictEqual(blacklisted, standingBack(chosen, host.devices).blacklisted);
  const script = host.files[ownPaths(name).script];
  return {
    ...cardsOf(host, chosen),
    ...(script !== undefined && ownerIn(script) === name ? { bind: "address" } : {}),
    ...(isAuto ? {} : { drivers: blacklisted }),
    ...optionsIn(lines),
  };
}

/** What somebody set up by hand, or ghostctl. */
function byHand(host: HostFacts, loader: BootLoader, name: string): Profile {
  const handed = handedOnByOthers(host, loader, name).filter(({ at }) => at.origin.by !== "us");
  const chosen = host.devices.filter(({ id }) => handed.some(({ ids }) => ids.includes(id)));
  if (chosen.length === 0) return { mode: "off" };
  return { ...cardsOf(host, chosen), ...optionsIn(modprobeLines(host)), adopt: true };
}

/** The cards, and what has to be allowed for them: it stands, so it was. */
function cardsOf(host: HostFacts, devices: readonly PciDevice[]): Profile {
  const chosen = { devices, failures: [] };
  const siblings = siblingsOf({ host, chosen }).map(({ address }) => address);
  return {
    gpus: [...Map.groupBy(devices, ({ address }) => slotOf(address))].map(([slot, own]) => {
      const whole = host.devices.filter(({ address }) => slotOf(address) === slot);
      // A disk's controller or a network card goes only where it is asked for by itself.
      const isImplied = own.length === whole.length && !own.some(({ class: kind }) => /^0[12]/.test(kind));
      return { address: slot, ...(isImplied ? {} : { functions: own.map(({ address }) => functionOf(address)) }) };
    }),
    ...(siblings.length > 0 ? { allowSharedGroup: siblings } : {}),
    ...(isHeadless({ host, chosen }) ? { allowHeadless: true } : {}),
  };
}

function optionsIn(lines: readonly ModuleLine[]): Profile {
  const has = (module: string, option: string) =>
    lines.some(
      ({ command, name, value }) => command === "options" && name === module && value.split(" ").includes(option),
    );
  return {
    ...(has("vfio_pci", "disable_vga=1") ? { disableVga: true } : {}),
    ...(has("vfio_iommu_type1", "allow_unsafe_interrupts=1") ? { allowUnsafeInterrupts: true } : {}),
  };
}

/** Which of the words go by themselves with the IOMMU, and which were asked for. */
function parametersIn(words: readonly string[], iommu: readonly string[]): Profile {
  const more = words.filter((word) => !iommu.includes(word));
  const given = (kernelParameters: readonly string[]) =>
    kernelParameters.length > 0 ? { kernelParameters: [...kernelParameters] } : {};
  return isDeepStrictEqual([...iommu, ...more], words) ? given(more) : { iommu: "keep", ...given(words) };
}

interface OwnLines {
  readonly text: string;
  readonly lines: readonly ModuleLine[];
}

function ownLines(host: HostFacts, name: string): OwnLines | undefined {
  const path = ownPaths(name).modprobe;
  const text = host.files[path];
  return text !== undefined && ownerIn(text) === name ? { text, lines: moduleLines(path, text) } : undefined;
}

function ownWords(host: HostFacts, loader: BootLoader, name: string): string[] {
  const path = ownPaths(name).grub;
  const text = host.files[path];
  if (loader.is === "systemd-boot")
    return (journalIn(host, name).ledger.files[CMDLINE]?.words ?? [])
      .filter(({ by }) => by === name)
      .map(({ word }) => word);
  return text !== undefined && ownerIn(text) === name ? grubWords([{ path, text }]).words.map(({ word }) => word) : [];
}

const devicesAt = (host: HostFacts, addresses: readonly string[]): PciDevice[] =>
  host.devices.filter(({ address }) => addresses.includes(address));
