import { createHash } from "node:crypto";
import { type Finding, info, warning } from "../core/finding.ts";
import type { Claimant, Desired, Effect } from "../core/kind.ts";
import { wanted } from "../host/edit/edit.ts";
import { spokenOf, wordsOf } from "../host/edit/parameter.ts";
import type { PciDevice } from "../host/host-facts.ts";
import { hostPlan } from "../host/host-plan.ts";
import type { Wish } from "../host/wish.ts";
import { rebuildBy, rebuildsOf } from "./rebuilds.ts";
import { wantedRunning } from "./running.ts";
import type { Facts } from "./vfio-facts.ts";
import { parametersOf } from "./vfio-files.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { refusalsOf } from "./vfio-refusals.ts";

export function desired(who: Claimant, args: Args, facts: Facts): Desired {
  const { edits } = facts;
  const files = Object.fromEntries([...edits].map(([path, edit]) => [path, wanted(edit, who.name)]));
  const refusals = refusalsOf(who, args, facts);
  const plan = refusals.length === 0 ? hostPlan(wishFor(who, args, facts, edits)) : { changed: [], rebuilds: [] };
  const effects = (rebuilds: readonly string[], to: object): Effect[] =>
    rebuilds.map((what) => ({
      kind: what === "initramfs" ? what : "boot-entries",
      ...rebuildWords(what, args, facts, to),
    }));
  return {
    standing: { files, objects: wantedRunning(args, facts.host, facts.chosen.devices) },
    effects: effects(plan.rebuilds, files),
    onDelete: effects(rebuildsOf(Object.keys(files)), {}),
    findings: () => (plan.rebuilds.length === 0 ? sinceReboot(args, facts) : untilReboot(args, facts)),
    refusals,
  };
}

/** What to know before the reboot from which on it counts. */
function untilReboot({ host, mode }: Args, { chosen }: Facts): Finding[] {
  const dark = mode === "passthrough" ? chosen.devices.filter(({ bootVga }) => bootVga) : [];
  return [
    info("next-boot", host, `${host}: this counts from the next boot on; nothing reboots it.`),
    ...dark.map(({ address, name }) =>
      warning(
        "console",
        host,
        `${host}: ${address}${name ? ` ${name}` : ""} is what its console is on, which stays dark from then on. ` +
          "Have another way in (SSH, a serial console, IPMI); mode: rescue gives the console back.",
      ),
    ),
  ];
}

/** What is written and rebuilt, and not in effect as long as the host runs as it was booted. */
function sinceReboot(args: Args, { host, chosen }: Facts): Finding[] {
  const running = wordsOf(host.cmdline).words.map(({ text }) => text);
  const untold = parametersOf(args, host).filter((parameter) => spokenOf(running, parameter)?.is !== "same");
  const isOn = ({ driver }: PciDevice) => driver === "vfio-pci";
  const away = args.mode === "passthrough" ? chosen.devices.filter((device) => !isOn(device)) : [];
  const what = [
    ...(untold.length > 0 ? [`its kernel runs without ${untold.join(" ")}`] : []),
    ...away.map(({ address, driver }) => `${address} is ${driver ? `with ${driver}` : "with no driver"}`),
  ];
  if (what.length === 0) return [];
  return [info("reboot-pending", args.host, `${args.host} is to be rebooted for this to count: ${what.join(", ")}.`)];
}

/** What a host's plan is made from. */
export const wishFor = (
  who: Claimant,
  { force = false }: Args,
  { host, loader }: Facts,
  edits: Wish["edits"],
): Wish => ({
  who,
  facts: host,
  edits,
  force,
  rebuilds: rebuildsOf,
  rebuild: rebuildBy(loader),
});

function rebuildWords(what: string, { host }: Args, { loader }: Facts, to: object): { target: string; detail: string } {
  const digest = createHash("sha256").update(JSON.stringify(to)).digest("hex").slice(0, 8);
  return { target: host, detail: `${rebuildBy(loader)(what).argv.join(" ")} (${digest})` };
}
