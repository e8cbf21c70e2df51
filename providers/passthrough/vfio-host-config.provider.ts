import { type Finding, info, warning } from "../core/finding.ts";
import { type Claimant, type Kind, NOTHING, type Standing } from "../core/kind.ts";
import { lifecycle } from "../core/lifecycle.ts";
import type { Run } from "../core/session.ts";
import { inTurn } from "../core/turn.ts";
import { hostPlan } from "../host/host-plan.ts";
import { armedIn, confirming, forgetting, isLeftOf } from "../host/reboot/confirm.ts";
import { rebooted } from "../host/reboot/reboot.ts";
import { type Host, hostOf } from "../host/run-host.ts";
import type { HostStep } from "../host/step.ts";
import { desired } from "./desired-vfio.ts";
import { releasing } from "./notes.ts";
import { isRunning } from "./running.ts";
import { type Facts, factsOf, readFacts } from "./vfio-facts.ts";
import { Args } from "./vfio-host-config.args.ts";
import { leavesByReboot, needsReboot, rebootOf } from "./vfio-reboot.ts";
import { refusalsOf } from "./vfio-refusals.ts";
import { wishFor } from "./vfio-wish.ts";

type Step =
  | { readonly do: "host"; readonly host: string; readonly steps: readonly HostStep[] }
  /** From which on it counts that this is set up, or gone. */
  | { readonly do: "reboot"; readonly who: Claimant; readonly args: Args; readonly by: "up" | "destroy" }
  | { readonly do: "tell"; readonly finding: Finding };

function steps(who: Claimant, args: Args, facts: Facts, wanted: Standing): Step[] {
  const { host } = facts;
  const goes = wanted === NOTHING;
  const run = goes ? ({ args: { ...args, mode: "off" }, by: "destroy" } as const) : ({ args, by: "up" } as const);
  const wish = wishFor(who, run.args, facts, goes ? new Map() : facts.edits);
  const { rebuilds } = hostPlan(wish);
  const reboots = (goes ? leavesByReboot : needsReboot)(who.name, args, facts, rebuilds);
  const plan = hostPlan({ ...wish, reboots });
  const armed = armedIn(host);
  const handsOn = !goes && args.mode === "passthrough";
  // What was started with and is no longer wanted so would be healed from under what is written now.
  const stale =
    armed?.by === who.urn && (!reboots || !handsOn || (plan.changed.length > 0 && armed.before !== host.bootId));
  const notes = [...forgetting(host.files), ...(args.mode === "rescue" && !goes ? releasing(host) : [])];
  return [
    {
      do: "host",
      host: args.host,
      steps: [...(stale || isLeftOf(host) ? confirming(host) : []), ...notes, ...plan.steps],
    },
    ...(reboots ? [{ do: "reboot", who, ...run } as const] : []),
    ...(goes && !reboots && rebuilds.length > 0 ? [untilThen(args.host)] : []),
  ];
}

/** A destroy that does not reboot leaves a host that runs as it was started. */
const untilThen = (host: string): Step => ({
  do: "tell",
  finding: info(
    "reboot-pending",
    host,
    `${host}: its files are as before, and that counts from its next start on: until then the kernel has the same words, and devices their drivers.`,
  ),
});

async function apply(todo: readonly Step[], run: Run): Promise<void> {
  for (const step of todo) {
    if (step.do === "tell") {
      await run.tell(step.finding);
      continue;
    }
    if (step.do === "reboot") {
      const { who, args, by } = step;
      const host = hostOf(run, args.host);
      // One after another: a cluster has to keep its quorum.
      await inTurn("reboot", async () => rebooted(await rebootOf(who, args, host, by), run));
      if (by === "up") await tellRefused(who, args, host, run);
      continue;
    }
    const { host, steps } = step;
    run.say(`${host}: ${sayingOf(steps)}`);
    await hostOf(run, host).apply(steps);
  }
}

/** What could not be judged before the host was started so. */
async function tellRefused(who: Claimant, args: Args, host: Host, run: Run): Promise<void> {
  const refusals = refusalsOf(who, args, factsOf(who, args, await host.facts()));
  for (const { reason } of refusals)
    await run.tell(
      warning(
        "refused-since",
        args.host,
        `${reason}. That shows since it was started; the next run is refused for it.`,
      ),
    );
}

function sayingOf(steps: readonly HostStep[]): string {
  const has = (what: HostStep["do"]) => steps.some((step) => step.do === what);
  if (has("work")) return "writing, then rebuilding what boots";
  return has("bind") || has("release") ? "having devices change their driver" : "writing";
}

export const kind: Kind<Args, Facts, Step> = {
  type: "VfioHostConfig",
  args: Args,
  identity: ["host"],
  renders: ["files", "objects"],
  fleeting: isRunning,
  target: ({ host }) => `host ${host}`,
  facts: readFacts,
  desired,
  steps,
  apply,
};

export const provider = lifecycle(kind);
