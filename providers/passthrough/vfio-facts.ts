import type { Claimant, CommonFacts } from "../core/kind.ts";
import type { Run } from "../core/session.ts";
import { Trouble } from "../core/trouble.ts";
import type { Edit } from "../host/edit/edit.ts";
import type { HostFacts } from "../host/host-facts.ts";
import { hostOf } from "../host/run-host.ts";
import { claimOn, isUnfinishedOn, standingOn } from "../host/standing-on-host.ts";
import { isToGiveBack } from "./binding.ts";
import { type BootLoader, bootLoaderOf } from "./boot-loader.ts";
import { type Chosen, chosenDevices } from "./chosen-devices.ts";
import { observedOf } from "./observed-vfio.ts";
import { foundRunning } from "./running.ts";
import { vfioFiles } from "./vfio-files.ts";
import type { Args } from "./vfio-host-config.args.ts";

/** A host, what of it is chosen, and what is to stand in its files for that. */
export interface Facts extends CommonFacts {
  readonly host: HostFacts;
  readonly chosen: Chosen;
  readonly loader: BootLoader;
  readonly edits: ReadonlyMap<string, Edit>;
}

export async function readFacts(who: Claimant, args: Args, run: Run): Promise<Facts> {
  return factsOf(who, args, await hostOf(run, args.host).facts(run.since));
}

/** Pure: what a host comes to for this resource; where its files make no sense, which host that is. */
export function factsOf(who: Claimant, args: Args, host: HostFacts): Facts {
  try {
    return madeOf(who, args, host);
  } catch (thrown) {
    if (thrown instanceof Trouble) thrown.message = `on ${args.host}, ${thrown.message}`;
    throw thrown;
  }
}

function madeOf(who: Claimant, args: Args, host: HostFacts): Facts {
  const [chosen, loader] = [chosenDevices(args, host.devices), bootLoaderOf(host)];
  const edits = vfioFiles(who.name, args, host, chosen.devices, loader);
  return {
    host,
    chosen,
    loader,
    edits,
    standing: { files: standingOn(host, who.name, edits), objects: foundRunning(who.name, args, host, chosen.devices) },
    claimedBy: claimOn(host, who.name),
    unfinished: isUnfinishedOn(host, who.name) || isToGiveBack(who.name, args, { host, chosen }),
    observed: observedOf(who.name, args, { host, chosen, loader }),
  };
}
