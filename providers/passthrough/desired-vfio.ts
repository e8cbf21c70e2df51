import { createHash } from "node:crypto";
import type { Failure } from "../core/door.ts";
import type { Claimant, Desired, Effect } from "../core/kind.ts";
import { wanted } from "../host/edit/edit.ts";
import { hostPlan } from "../host/host-plan.ts";
import { armedIn } from "../host/reboot/confirm.ts";
import { bindWords } from "./binding.ts";
import { rebuildBy, rebuildsOf } from "./rebuilds.ts";
import { wantedRunning } from "./running.ts";
import type { Facts } from "./vfio-facts.ts";
import { findingsOf } from "./vfio-findings.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { heals, hindrances, rebootFindings, startsAgain } from "./vfio-reboot.ts";
import { refusalsOf } from "./vfio-refusals.ts";
import { wishFor } from "./vfio-wish.ts";

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
  const binding = bindWords(who.name, args, facts);
  const reboots = startsAgain(who.name, args, facts, plan.rebuilds);
  const running = wantedRunning(who.name, args, facts.host, facts.chosen.devices);
  return {
    standing: { files, objects: running },
    effects: [
      ...effects(plan.rebuilds, files),
      ...bindEffects(args, binding.now, running),
      ...(reboots ? [rebootEffect(args, files, heals(who, args, facts, plan.rebuilds))] : []),
    ],
    onDelete: [
      ...effects(rebuildsOf(Object.keys(files)), {}),
      ...bindEffects(args, binding.onDelete, {}),
      ...(args.persist && args.onDestroy.reboot ? [rebootEffect(args, {}, false)] : []),
    ],
    findings: () => [
      ...findingsOf(who, args, facts, plan.rebuilds.length > 0),
      ...(reboots ? rebootFindings(args, facts.host) : []),
    ],
    refusals,
    awaited: [
      ...(plan.changed.length > 0 ? maySpoil(who, args, facts) : []),
      ...(reboots ? standInTheWay(args, facts) : []),
    ],
  };
}

/** What heals a host goes by the files as they were when it was armed: what is written meanwhile would end it half-way. */
function maySpoil({ urn }: Claimant, { host: where }: Args, { host }: Facts): Failure[] {
  const armed = armedIn(host);
  if (armed === undefined || armed.by === urn) return [];
  const reason = `${where} waits for another's reboot to be confirmed, that of ${armed.by}: let that one be finished first`;
  return [{ property: "host", reason }];
}

/** What would keep a run from the reboot, and goes away by what somebody does. */
const standInTheWay = (args: Args, { host }: Facts): Failure[] =>
  hindrances(args, host)
    .filter(({ passes }) => passes === 0)
    .map(({ why }) => ({ property: "reboot", reason: `${args.host} is to be rebooted, and ${why}` }));

const bindEffects = ({ host }: Args, lines: readonly string[], to: object): Effect[] =>
  lines.map((line) => ({ kind: "bind", target: host, detail: `${line} (${digest(to)})` }));

function rebootEffect({ host, confirm }: Args, to: object, isArmed: boolean): Effect {
  const otherwise = isArmed ? `; it heals itself ${confirm.timeout} s later unless that is confirmed` : "";
  return {
    kind: "reboot",
    target: host,
    detail: `${host} starts again and has to prove it${otherwise} (${digest(to)})`,
  };
}

function rebuildWords(what: string, { host }: Args, { loader }: Facts, to: object): { target: string; detail: string } {
  return { target: host, detail: `${rebuildBy(loader)(what).argv.join(" ")} (${digest(to)})` };
}

const digest = (to: object): string => createHash("sha256").update(JSON.stringify(to)).digest("hex").slice(0, 8);
