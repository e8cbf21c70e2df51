import type { Failure } from "../core/door.ts";
import type { Claimant } from "../core/kind.ts";
import { placeWords } from "../host/edit/origin.ts";
import { spokenOf } from "../host/edit/parameter.ts";
import { adoptionRefusals } from "./adoption.ts";
import { groupFailures } from "./groups.ts";
import { headlessRefusals } from "./headless.ts";
import { iommuRefusals } from "./iommu.ts";
import { wordsInFiles } from "./kernel-words.ts";
import { holdRefusals } from "./notes.ts";
import type { Facts } from "./vfio-facts.ts";
import { parametersOf } from "./vfio-files.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { takenFromHost } from "./what-the-host-keeps.ts";

/** Why this host cannot or must not be set up so. */
export function refusalsOf({ name }: Claimant, args: Args, facts: Facts): Failure[] {
  const { host, loader } = facts;
  const refuse = (reason: string): Failure => ({ property: "host", reason: `${args.host}: ${reason}` });
  if (args.mode === "off") return [];
  if (args.persist && loader.is === "unknown")
    return [refuse(`which boot loader it has cannot be told: ${loader.why}`)];
  if (args.mode === "rescue") return rebuildRefusals(facts).map(refuse);
  return [
    ...facts.chosen.failures,
    ...(host.cpu === "" ? [refuse("its CPU does not say whose it is")] : []),
    ...[
      ...holdRefusals(args.host, host),
      ...iommuRefusals(args, host),
      ...takenFromHost(args, facts),
      ...headlessRefusals(name, args, facts),
    ].map(refuse),
    ...groupFailures(args, facts),
    ...(args.persist ? [...rebuildRefusals(facts), ...otherwiseTold(name, args, facts)].map(refuse) : []),
    ...(args.persist && facts.chosen.devices.length > 0 ? adoptionRefusals(name, args, facts).map(refuse) : []),
    ...(args.persist ? contradictions(name, args, facts) : needsFile(args)),
  ];
}

/** Of two values the kernel goes by the last, so a reboot for both could never be proven. */
function contradictions(name: string, args: Args, { host }: Facts): Failure[] {
  const wanted = parametersOf(name, args, host);
  return wanted.flatMap((parameter): Failure[] => {
    const spoken = spokenOf(wanted, parameter);
    if (spoken?.is !== "other") return [];
    const reason = `${parameter} counts for nothing beside ${spoken.by}: a parameter has one value, so leave one of them out`;
    return [{ property: "kernelParameters", reason }];
  });
}

/** What only a file could see to. */
const needsFile = ({ disableVga, kernelParameters }: Args): Failure[] =>
  Object.entries({ disableVga, kernelParameters: kernelParameters.length > 0 })
    .filter(([, isAsked]) => isAsked)
    .map(([property]) => ({
      property,
      reason: "counts from the next start on, by a file, and persist: false writes none",
    }));

const rebuildRefusals = ({ host, chosen }: Facts): string[] =>
  chosen.devices.length > 0 && !host.programs.includes("update-initramfs")
    ? ["it has no update-initramfs, so it is no host of Proxmox VE's"]
    : [];

/** A parameter of which the last one wins would silently undo what somebody set on purpose. */
function otherwiseTold(name: string, args: Args, { host, loader }: Facts): string[] {
  const told = wordsInFiles(host, loader, name);
  const words = told.map(({ word }) => word);
  const placeOf = (word: string) => {
    const at = told.findLast((one) => one.word === word)?.at;
    return at ? placeWords(at) : "/etc/default/grub";
  };
  // GRUB's drop-in would win; words of one line are refused when they are written.
  const clashes = loader.is === "grub" ? parametersOf(name, args, host) : [];
  return [
    ...clashes.flatMap((parameter) => {
      const spoken = spokenOf(words, parameter);
      if (spoken?.is !== "other") return [];
      return [`${placeOf(spoken.by)} has ${spoken.by} where this wants ${parameter}: take one of them out`];
    }),
    ...words
      .filter((word) => /^amd_iommu=(?:.*,)?off(?:,|$)/.test(word) && host.cpu === "AuthenticAMD")
      .map((word) => `${placeOf(word)} has ${word}, which switches the IOMMU off: take it out`),
  ];
}
