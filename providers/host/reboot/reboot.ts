import { setTimeout } from "node:timers/promises";
import type { Run } from "../../core/session.ts";
import { Overtaken, Trouble, Unreachable, wordsOf } from "../../core/trouble.ts";
import type { HostFacts } from "../host-facts.ts";
import { poolsHang } from "../late.ts";
import type { Host } from "../run-host.ts";
import { Lost } from "../ssh/running.ts";
import type { HostStep } from "../step.ts";
import { type Armed, armedIn, arming, confirming, type Healed, healedIn, isLeftOf, kernelToStart } from "./confirm.ts";

/** Milliseconds between two looks at a host that is away, at first and later. */
const SOON = 1_000;
const LATER = 5_000;

/** How often what a start is to bring is looked for. */
const LOOKS = 5;

/** How often a proof may begin anew: what brings the network up may do so in several goes. */
const GOES = 5;

/** A reboot, and what it is for. */
export interface Reboot {
  readonly host: Host;
  /** Which command it is a part of. */
  readonly by: "up" | "destroy" | "rescue";
  /** The boot id of the start that it is to leave: with another one it has been started again already. */
  readonly from: string;
  /** Why the host is not as this reboot is to make it; nothing once it is. */
  readonly short: (facts: HostFacts) => readonly string[];
  /** Why it must not go down now; nothing where it may. */
  readonly hindered: (facts: HostFacts) => readonly Hindrance[];
  /** Seconds in which it has to answer again. */
  readonly comeBack: number;
  /** What has to be written once it is proven. */
  readonly proven: (facts: HostFacts) => readonly HostStep[];
  /** How it goes back by itself if nobody confirms its start; none where the start can do no harm. */
  readonly wayBack?: WayBack | undefined;
}

export interface Hindrance {
  readonly why: string;
  /** Seconds in which it may be gone by itself, once another host has come back; none where somebody has to see to it. */
  readonly passes: number;
}

interface WayBack {
  readonly by: string;
  /** From the host as it is now; none where it would stay as it is. */
  readonly steps: readonly HostStep[];
  /** Seconds after its start. */
  readonly timeout: number;
}

type Say = Pick<Run, "say">;

/**
 * Starts a host again and proves that it is then as it should be. One that was armed and started again by a run that
 * ended is just looked at. Where the proof fails the host goes back to what was before, and this throws.
 */
export async function rebooted(reboot: Reboot, run: Say): Promise<void> {
  const { host, from, wayBack, short } = reboot;
  const before = await host.facts();
  const armed = armedIn(before);
  if (armed !== undefined && armed.by !== wayBack?.by) throw anothers(host, armed);
  if (isStartedAgain(before, from, short(before)))
    return prove(reboot, armed?.before ?? from, before, armed?.kernel, run);
  await mayLeave(reboot, run);
  if (wayBack && wayBack.steps.length > 0) await host.apply(arming(wayBack.by, before, wayBack.steps, wayBack.timeout));
  run.say(`${host.name}: starting again`);
  const refused = await host.reboot(before.bootId);
  if (refused !== undefined) throw await notLeaving(reboot, refused);
  const came = await back(reboot, before.bootId, run);
  lastBack = performance.now();
  await prove(reboot, before.bootId, came, kernelToStart(before), run);
}

/** Whether a host has left the start `from` already, so that it is just looked at, `short` being what it lacks. Pure. */
export function isStartedAgain(facts: HostFacts, from: string, short: readonly string[]): boolean {
  const armed = armedIn(facts);
  return facts.bootId !== (armed?.before ?? from) && (armed !== undefined || short.length === 0);
}

/** Confirms a host that came back once it is as it should be; otherwise it goes back to what was before. */
async function prove(
  reboot: Reboot,
  before: string,
  came: HostFacts,
  kernel: string | undefined,
  run: Say,
): Promise<void> {
  const { host, wayBack } = reboot;
  const why = (facts: HostFacts) => [
    ...(kernel ? olderKernel(facts, kernel) : []),
    ...reboot.short(facts),
    ...(reboot.by === "rescue" ? [] : poolsHang(facts)),
  ];
  const healed = (facts: HostFacts) => wayBack && healedIn(facts);
  let facts = came;
  for (let goes = 1; ; goes += 1) {
    try {
      // Modules may come a moment after the network, and what has just healed itself is about to say so.
      facts = await settled(host, facts, (now) => !healed(now) && (isLeftOf(now) || why(now).length > 0));
      const told = healed(facts);
      if (told) throw healedItself(host, told);
      const reasons = why(facts);
      if (reasons.length === 0) return await confirmed(reboot, facts);
      if (armedIn(facts) === undefined || goes === GOES) throw notProven(host, reasons);
      facts = await goneBack(reboot, facts, reasons, run);
    } catch (thrown) {
      if (goes === GOES) throw thrown;
      if (thrown instanceof Overtaken) facts = await host.facts();
      else if (thrown instanceof Lost || thrown instanceof Unreachable) facts = await back(reboot, before, run);
      else throw thrown;
    }
  }
}

async function settled(host: Host, came: HostFacts, isOpen: (facts: HostFacts) => boolean): Promise<HostFacts> {
  let facts = came;
  for (let look = 1; look < LOOKS && isOpen(facts); look += 1) {
    await setTimeout(SOON);
    facts = await host.facts(performance.now());
  }
  return facts;
}

const confirmed = ({ host, proven }: Reboot, facts: HostFacts): Promise<void> => {
  const isArmed = armedIn(facts) !== undefined || isLeftOf(facts);
  return host.apply([...(isArmed ? confirming(facts) : []), ...proven(facts)]);
};

/** Has an armed host go back that is not as it should be: as it then is. */
async function goneBack(reboot: Reboot, facts: HostFacts, reasons: readonly string[], run: Say): Promise<HostFacts> {
  const { host } = reboot;
  run.say(`${host.name}: ${reasons.join(", ")}: going back`);
  await host.healNow(reasons.join(", "));
  return back(reboot, facts.bootId, run, (now) => Boolean(healedIn(now)?.failed));
}

/** A boot loader that falls back takes an older kernel. */
function olderKernel({ kernel }: HostFacts, before: string): string[] {
  // Behind the fourth one are words like bpo12.
  const numbers = (text: string) => (text.match(/\d+/g) ?? []).slice(0, 4).map(Number);
  const [now, then] = [numbers(kernel), numbers(before)];
  const at = then.findIndex((number, n) => number !== now[n]);
  const isOlder = at >= 0 && (now[at] ?? 0) < (then[at] ?? 0);
  return isOlder ? [`it runs the kernel ${kernel}, older than ${before}`] : [];
}

/** Waits until the host answers that has another boot id, or that `isEnough` is so of. */
async function back(
  reboot: Reboot,
  before: string,
  run: Say,
  isEnough: (facts: HostFacts) => boolean = () => false,
): Promise<HostFacts> {
  const { host, comeBack, wayBack } = reboot;
  // Where it comes back and cannot be reached, it heals itself and comes back once more.
  const limit = (comeBack + (wayBack ? wayBack.timeout + comeBack : 0)) * 1000;
  const begun = performance.now();
  for (let pause = SOON; ; pause = Math.min(LATER, pause * 1.5)) {
    await setTimeout(pause);
    const seen = await host.facts(performance.now()).catch((thrown: unknown) => {
      if (thrown instanceof Trouble) return thrown;
      throw thrown;
    });
    if (!(seen instanceof Trouble) && (seen.bootId !== before || isEnough(seen))) return seen;
    const seconds = Math.round((performance.now() - begun) / 1000);
    run.say(`${host.name}: waiting for it to come back, ${seconds} s`);
    if (seconds * 1000 < limit) continue;
    if (seen instanceof Trouble) throw notBack(reboot, seconds, seen);
    throw await notLeaving(reboot, `it was asked to start again ${seconds} s ago and did not`);
  }
}

/** When this process last brought a host back. */
let lastBack = Number.NEGATIVE_INFINITY;

/** Waits for what passes by itself; stops where something else keeps the host. */
async function mayLeave({ host, hindered, by }: Reboot, run: Say): Promise<void> {
  for (;;) {
    const hindrances = hindered(await host.facts(performance.now() - SOON));
    if (hindrances.length === 0) return;
    const words = hindrances.map(({ why }) => why);
    const passes = Math.min(...hindrances.map((one) => one.passes));
    if (performance.now() - lastBack > passes * 1000) throw kept({ host, by }, words);
    run.say(`${host.name}: not rebooted yet, ${words.join("; ")}`);
    await setTimeout(LATER);
  }
}

/** It stays up: what would heal it after a later start is taken out again. */
async function notLeaving({ host, by }: Reboot, why: string): Promise<Trouble> {
  const facts = await host.facts(performance.now());
  if (armedIn(facts) !== undefined) await host.apply(confirming(facts));
  return kept({ host, by }, [why]);
}

const kept = ({ host, by }: Pick<Reboot, "host" | "by">, why: readonly string[]): Trouble =>
  new Trouble({
    doing: `rebooting ${host.name}`,
    came: why.join("; "),
    next: `Everything is written and counts from its next start on: reboot it yourself, or see to that; then run ${COMMAND[by]} again`,
  });

const notBack = ({ host, by, wayBack }: Reboot, seconds: number, last: Trouble): Trouble =>
  new Trouble(
    {
      doing: `waiting for ${host.name} to come back from its reboot`,
      came: `nothing for ${seconds} s: ${wordsOf(last)}`,
      next: `Look at its console${wayBack && wayBack.steps.length > 0 ? "; it heals itself if it starts at all" : ""}. ${COMMAND[by]} goes on from what it then finds`,
    },
    last,
  );

/** What goes on from where it stopped. */
const COMMAND = { up: "pulumi up", destroy: "pulumi destroy", rescue: "pve-ops rescue" } as const;

const notProven = (host: Host, reasons: readonly string[]): Trouble =>
  new Trouble({
    doing: `rebooting ${host.name}`,
    came: `it came back, and ${reasons.join(", ")}`,
    next: "See /proc/cmdline and `lspci -nnk` there, and which entry its boot loader took",
  });

const healedItself = (host: Host, { why, failed }: Healed): Trouble =>
  new Trouble({
    doing: `rebooting ${host.name}`,
    came: `${why}. ${failed === "" ? "It healed itself: every file is as before" : `It tried to heal itself and stopped (${failed})`}`,
    next: "See /var/log/pve-ops/heal.log there and `journalctl -b -1`, then change what is declared",
  });

const anothers = (host: Host, { by }: Armed): Trouble =>
  new Trouble({
    doing: `rebooting ${host.name}`,
    came: `it waits for another's reboot to be confirmed, that of ${by}`,
    next: "Let that one be finished first",
  });
