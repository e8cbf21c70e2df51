import type { Claimant } from "../core/kind.ts";
import type { Wish } from "../host/wish.ts";
import { bindingOf } from "./binding.ts";
import { rebuildBy, rebuildsOf } from "./rebuilds.ts";
import type { Facts } from "./vfio-facts.ts";
import type { Args } from "./vfio-host-config.args.ts";

/** Whether a run reboots the host where something counts from the next start on. */
export const rebootsItself = ({ persist, reboot }: Args): boolean => persist && reboot === "when-needed";

/** What a host's plan is made from. */
export const wishFor = (who: Claimant, args: Args, { host, chosen, loader }: Facts, edits: Wish["edits"]): Wish => ({
  who,
  facts: host,
  edits,
  force: args.force ?? false,
  reboots: rebootsItself(args),
  binding: bindingOf(who.name, args, { host, chosen }),
  rebuilds: rebuildsOf,
  rebuild: rebuildBy(loader),
});
