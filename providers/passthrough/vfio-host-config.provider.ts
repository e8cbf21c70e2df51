import type { Claimant, Kind, Standing } from "../core/kind.ts";
import { lifecycle } from "../core/lifecycle.ts";
import type { Run } from "../core/session.ts";
import { hostPlan } from "../host/host-plan.ts";
import { hostOf } from "../host/run-host.ts";
import type { HostStep } from "../host/step.ts";
import { desired, wishFor } from "./desired-vfio.ts";
import { isRunning } from "./running.ts";
import { type Facts, readFacts } from "./vfio-facts.ts";
import { Args } from "./vfio-host-config.args.ts";

interface Step {
  readonly host: string;
  readonly steps: readonly HostStep[];
}

function steps(who: Claimant, args: Args, facts: Facts, wanted: Standing): Step[] {
  const goes = Object.keys(wanted.files).length === 0;
  const { steps: todo } = hostPlan(wishFor(who, args, facts, goes ? new Map() : facts.edits));
  return [{ host: args.host, steps: todo }];
}

async function apply(todo: readonly Step[], run: Run): Promise<void> {
  for (const { host, steps } of todo) {
    run.say(`${host}: ${steps.some((step) => step.do === "work") ? "writing, then rebuilding what boots" : "writing"}`);
    await hostOf(run, host).apply(steps);
  }
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
