import { badParameters, died } from "../api/api-error.ts";
import type { Call } from "../api/call.ts";
import { listItems } from "../schema/formats.ts";
import type { Release } from "../schema/schema.ts";
import type { Job } from "./job.ts";
import { jobProperties } from "./job-values.ts";

/** Where PVE stumbles over an empty `delete`: in the check of rights, with nothing else to change, or with something. */
const STUMBLES: Readonly<Record<Release, { rights: number; nothing: number; change: number }>> = {
  "8.4": { rights: 43, nothing: 481, change: 510 },
  "9.2": { rights: 44, nothing: 576, change: 606 },
};

/** The keys of a job that a call wants to be rid of. */
export function droppedKeys({ params, holder, node }: Call, change: Job): string[] {
  if (params.maybe("delete") !== "") return listItems(params.text("delete"));
  const { rights, nothing, change: some } = STUMBLES[node.release];
  const asRoot = change.size === 0 ? nothing : some;
  throw died(
    `Can't use string ("") as a HASH ref while "strict refs" in use at ` +
      `/usr/share/perl5/PVE/API2/Backup.pm line ${holder === "root@pam" ? asRoot : rights}.`,
  );
}

const ALWAYS_THERE = ["enabled", "schedule"];

export function mustBeDroppable(keys: readonly string[], release: Release): void {
  const properties = jobProperties(release);
  const unknown = keys.find((key) => !properties[key] || ALWAYS_THERE.includes(key));
  if (unknown !== undefined) throw badParameters({ delete: `unknown option '${unknown}'` });
}
