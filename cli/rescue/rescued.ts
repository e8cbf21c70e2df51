import type { Claimant } from "#providers/core/kind.ts";
import { Trouble } from "#providers/core/trouble.ts";
import { placeWords } from "#providers/host/edit/origin.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { lateWords } from "#providers/host/late.ts";
import { armedIn, confirming } from "#providers/host/reboot/confirm.ts";
import type { Host } from "#providers/host/run-host.ts";
import { bootLoaderOf } from "#providers/passthrough/boot-loader.ts";
import { consolesOf } from "#providers/passthrough/headless.ts";
import { keepsDark } from "#providers/passthrough/keeps-dark.ts";
import { takersOn, takerWords } from "#providers/passthrough/starting-guests.ts";
import { bad, type Check, good, note } from "../check.ts";
import { whose } from "../facts/whose.ts";
import { applied } from "../hosts/apply.ts";
import { orTrouble } from "../hosts/or-trouble.ts";
import type { Reached } from "../hosts/reach.ts";
import { withoutOurFiles } from "./bare.ts";
import { consoleBack, NOBODY, rescuersOn } from "./console-back.ts";
import { holding } from "./hold.ts";

/** As which resource a host was rescued, what was done and what was not. */
interface Rescued {
  readonly who: Claimant;
  readonly checks: readonly Check[];
}

/** Has the next start of a host show a console: goes on from whatever an earlier try has done. */
export async function rescued({ name: where, host }: Reached): Promise<Rescued> {
  const first = await held(host);
  const rescuers = await orTrouble(async () => rescuersOn(await host.facts()));
  if (rescuers instanceof Trouble) return { who: NOBODY, checks: [...first, ...(await bare(host, rescuers))] };
  const checks: Check[] = [];
  for (const who of rescuers) {
    const planned = await orTrouble(async () => consoleBack(who, where, await host.facts()));
    // What cannot be taken out word by word goes as whole files, and the rest is nobody's doing.
    const done = planned instanceof Trouble ? await bare(host, planned) : [];
    checks.push(...done, ...(await asResource(host, planned instanceof Trouble ? NOBODY : who, where)));
  }
  return { who: rescuers[0] ?? NOBODY, checks: [...first, ...checks, ...left(await host.facts(), rescuers)] };
}

/** First of all: whatever becomes of the rest, no run hands on anything there meanwhile, and nothing is healed back. */
async function held(host: Host): Promise<Check[]> {
  let wasArmed = false;
  await applied(host, (facts) => {
    wasArmed = armedIn(facts) !== undefined;
    return { steps: [...holding(facts, new Date()), ...(wasArmed ? confirming(facts) : [])] };
  });
  return [
    good("it is held: no pulumi up hands on anything there"),
    ...(wasArmed ? [good("it does not heal itself any more: what it waited for is over")] : []),
  ];
}

async function asResource(host: Host, who: Claimant, where: string): Promise<Check[]> {
  const done = await orTrouble(() => applied(host, (facts) => consoleBack(who, where, facts)));
  if (done instanceof Trouble) return [bad(done.message, "the same command goes on from here")];
  if (done.changed.length + done.rebuilds.length === 0) return [good(`${who.name}: all is as a console needs it`)];
  const changed = done.changed.map((path) => `${path} is as a console needs it`);
  const rebuilt = done.rebuilds.map((what) => `${what} rebuilt`);
  return [...changed, ...rebuilt].map((what) => good(`${who.name}: ${what}`));
}

/** Without the journal, or around what is broken. */
async function bare(host: Host, trouble: Trouble): Promise<Check[]> {
  const why = bad(`not all could be taken out: ${trouble.message}`);
  const done = await orTrouble(() => applied(host, withoutOurFiles));
  if (done instanceof Trouble) return [why, bad(done.message)];
  return [
    why,
    good(
      done.paths.length > 0
        ? `removed ${done.paths.join(", ")}, and rebuilt from what is left`
        : "no file is wholly ours",
    ),
  ];
}

/** What still keeps the console dark. */
function left(facts: HostFacts, rescuers: readonly Claimant[]): Check[] {
  const names = rescuers.map(({ name }) => name);
  const loader = bootLoaderOf(facts);
  const stays = keepsDark(facts, names[0] ?? "", "rescue").filter(
    ({ at: { origin } }) => !(origin.by === "us" && names.includes(origin.name)),
  );
  const isShown = consolesOf(facts).some((display) => !stays.some(({ displays }) => displays.includes(display)));
  return [
    ...(loader.is === "unknown"
      ? [
          bad(
            `which boot loader it has cannot be told (${loader.why}): its entries were not rebuilt`,
            "rebuild them there, with proxmox-boot-tool refresh or update-grub",
          ),
        ]
      : []),
    ...lateWords(facts).map((words) => note(words, "look there for guests that start with it and take a display")),
    ...takersOn(facts).map((taker) =>
      note(takerWords(taker), `before it is to stay with the host: qm set ${taker.vmid} --onboot 0`),
    ),
    ...stays.map(({ at, said, why }) =>
      (isShown ? note : bad)(
        `${placeWords(at)} (${whose(at)}) stays, with ${said}: ${why}`,
        isShown ? "another display shows the console" : "take it out there, and rebuild",
      ),
    ),
  ];
}
