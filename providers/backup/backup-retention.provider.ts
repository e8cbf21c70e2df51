import type { Kept, Kind } from "../core/kind.ts";
import { lifecycle } from "../core/lifecycle.ts";
import type { Run } from "../core/session.ts";
import type { PveApi } from "../pve/api.ts";
import { apiOf } from "../pve/run-api.ts";
import { type Facts, readBack, readFacts } from "./backup-facts.ts";
import { Args } from "./backup-retention.args.ts";
import { steps } from "./backup-steps.ts";
import { desired } from "./desired-backup.ts";
import { protect } from "./protect.ts";
import { runNow } from "./run-now.ts";
import type { Step } from "./step.ts";

async function apply(todo: readonly Step[], run: Run, keep: (kept: Kept) => void): Promise<void> {
  const api = await apiOf(run);
  for (const step of todo) {
    run.say(step.say);
    if (step.keepBefore) keep(step.keepBefore);
    await done(api, step);
    if (step.keepAfter) keep(step.keepAfter);
  }
}

async function done(api: PveApi, step: Step): Promise<void> {
  if (step.do === "protect") await protect(api, step);
  if (step.do === "call") await api.call(step.endpoint, step.takes);
  if (step.do === "run") {
    await runNow(api, step);
    await api.call("PUT /cluster/backup/{id}", step.done);
  }
}

export const kind: Kind<Args, Facts, Step> = {
  type: "BackupRetention",
  args: Args,
  identity: [],
  renders: ["objects"],
  keeps: { before: "plain", ran: "plain" },
  // All jobs stand in one file, under one lock.
  target: () => "/cluster/backup",
  facts: readFacts,
  readBack,
  desired,
  steps,
  apply,
};

export const provider = lifecycle(kind);
