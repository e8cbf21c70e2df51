import { type Finding, warning } from "../core/finding.ts";
import type { Claimant } from "../core/kind.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { hostPlan } from "../host/host-plan.ts";
import { isChangedSince, journalIn, proving, startedWith } from "../host/journal.ts";
import { lateWords } from "../host/late.ts";
import { armedIn } from "../host/reboot/confirm.ts";
import { cephIsNotWhole, guestsWords, networkChanges, quorumLost } from "../host/reboot/leaving.ts";
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

/** Whether a run that takes all of it out, `rebuilds` being for that, proves a reboot of the host. */
export function leavesByReboot(name: string, args: Args, facts: Facts, rebuilds: readonly string[]): boolean {
  if (!args.persist || !args.onDestroy.reboot) return false;
  const { record } = journalIn(facts.host, name);
  if (awaitsProof(name, { ...args, mode: "off" }, facts).length > 0) return true;
  if (rebuilds.length === 0) return record?.reboot !== undefined;
  return record?.started?.boot !== facts.host.bootId || Object.keys(record.started.edits).length > 0;
}

/** Whether a reboot is armed for this, so that the host goes back by itself where nobody confirms its start. */
export function heals({ name }: Claimant, args: Args, { host }: Facts, rebuilds: readonly string[]): boolean {
  const isChanged = rebuilds.length > 0 || isChangedSince(host, name) || armedIn(host) !== undefined;
  return args.mode === "passthrough" && isChanged;
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
  const [ceph, network] = [cephIsNotWhole(host), networkChanges(host)];
  return [
    ...lateWords(host).map((words) => ({ why: `${words}; see to that first`, passes: 120 })),
    ...(guests
      ? [{ why: `${guests}: move or stop what must not go down, or say runningGuests: shutdown`, passes: 0 }]
      : []),
    ...(quorum ? [{ why: `${quorum}: wait for the others, or say allowQuorumLoss: true`, passes: 120 }] : []),
    ...(ceph ? [{ why: `${ceph}: wait until it is`, passes: 900 }] : []),
    ...(network ? [{ why: `${network}: apply or discard them first`, passes: 0 }] : []),
  ];
}

/** What a reboot takes along, or may be kept by. */
export function rebootFindings(args: Args, host: HostFacts): Finding[] {
  const { host: where, runningGuests } = args;
  const guests = runningGuests === "shutdown" ? guestsWords(host) : undefined;
  const passing = hindrances(args, host).filter(({ passes }) => passes > 0);
  const again = "the host shuts down what runs, and starts what has onboot";
  return [
    ...(guests ? [warning("guests-go-down", where, `${where} is to be rebooted, and ${guests}: ${again}.`)] : []),
    ...passing.map(({ why }) =>
      warning("quorum", where, `${where} is to be rebooted, and ${why}: up does not while that is so.`),
    ),
  ];
}

/** The reboot from which on it counts, from the host as it is once everything is written: by an up, or by a destroy. */
export async function rebootOf(who: Claimant, args: Args, host: Host, by: Reboot["by"]): Promise<Reboot> {
  const now = factsOf(who, args, await host.facts());
  const journal = journalIn(now.host, who.name);
  const { comeBack, timeout } = args.confirm;
  const before = new Map(Object.entries(startedWith(journal, now.host).edits));
  const back = hostPlan({ ...wishFor(who, args, now, before), reboots: false });
  return {
    host,
    by,
    from: journal.record?.reboot ?? now.host.bootId,
    comeBack,
    short: (facts) => awaitsProof(who.name, args, factsOf(who, args, facts)),
    hindered: (facts) => hindrances(args, facts),
    proven: (facts) => proving(facts, who.name),
    wayBack: args.mode === "passthrough" ? { by: who.urn, steps: back.steps, timeout } : undefined,
  };
}
