import { type Finding, warning } from "../core/finding.ts";
import type { Claimant } from "../core/kind.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { hostPlan } from "../host/host-plan.ts";
import { journalIn, proving } from "../host/journal.ts";
import { guestsWords, quorumLost } from "../host/reboot/leaving.ts";
import { type Hindrance, isStartedAgain, type Reboot } from "../host/reboot/reboot.ts";
import type { Host } from "../host/run-host.ts";
import { awaitsProof, awaitsReboot } from "./observed-vfio.ts";
import { type Facts, factsOf } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";
import { rebootsItself, wishFor } from "./vfio-wish.ts";

/** Whether a run that applies this proves a reboot of the host, its own or somebody's. */
export function needsReboot(name: string, args: Args, facts: Facts, rebuilds: readonly string[]): boolean {
  if (!rebootsItself(args)) return false;
  const { record } = journalIn(facts.host, name);
  return rebuilds.length > 0 || record?.reboot !== undefined || awaitsReboot(name, args, facts).length > 0;
}

/** Whether such a run reboots the host itself. */
export function startsAgain(name: string, args: Args, facts: Facts, rebuilds: readonly string[]): boolean {
  if (!needsReboot(name, args, facts, rebuilds)) return false;
  const { bootId } = facts.host;
  const from = journalIn(facts.host, name).record?.reboot ?? bootId;
  return rebuilds.length > 0 || !isStartedAgain(facts.host, from, awaitsProof(name, args, facts));
}

/** Why a host must not be rebooted now. */
export function hindrances({ runningGuests, allowQuorumLoss }: Args, host: HostFacts): Hindrance[] {
  const guests = runningGuests === "refuse" ? guestsWords(host) : undefined;
  const quorum = allowQuorumLoss ? undefined : quorumLost(host);
  return [
    ...(guests
      ? [{ why: `${guests}: move or stop what must not go down, or say runningGuests: shutdown`, passes: false }]
      : []),
    ...(quorum ? [{ why: `${quorum}: wait for the others, or say allowQuorumLoss: true`, passes: true }] : []),
  ];
}

/** What a reboot takes along, or may be kept by. */
export function rebootFindings({ host: where, runningGuests, allowQuorumLoss }: Args, host: HostFacts): Finding[] {
  const guests = runningGuests === "shutdown" ? guestsWords(host) : undefined;
  const quorum = allowQuorumLoss ? undefined : quorumLost(host);
  const again = "the host shuts down what runs, and starts what has onboot";
  return [
    ...(guests ? [warning("guests-go-down", where, `${where} is to be rebooted, and ${guests}: ${again}.`)] : []),
    ...(quorum
      ? [warning("quorum", where, `${where} is to be rebooted, and ${quorum}: up does not while that is so.`)]
      : []),
  ];
}

/** The reboot from which on it counts, from the host as it is once everything is written. */
export async function rebootOf(who: Claimant, args: Args, host: Host): Promise<Reboot> {
  const now = factsOf(who, args, await host.facts());
  const { record } = journalIn(now.host, who.name);
  const { comeBack, timeout } = args.confirm;
  const proven = new Map(Object.entries(record?.proven ?? {}));
  const back = hostPlan({ ...wishFor(who, args, now, proven), reboots: false });
  return {
    host,
    from: record?.reboot ?? now.host.bootId,
    comeBack,
    short: (facts) => awaitsProof(who.name, args, factsOf(who, args, facts)),
    hindered: (facts) => hindrances(args, facts),
    proven: (facts) => proving(facts, who.name, now.edits),
    wayBack: args.mode === "passthrough" ? { by: who.urn, steps: back.steps, timeout } : undefined,
  };
}
