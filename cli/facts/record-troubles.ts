import { wanted } from "#providers/host/edit/edit.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { standingOn } from "#providers/host/standing-on-host.ts";
import { bad, type Check } from "../check.ts";
import { resourcesOn } from "./resources.ts";

/** What a host's own record of our resources says that is not so, or not yet. */
export function recordTroubles(facts: HostFacts): Check[] {
  return resourcesOn(facts).flatMap(({ name, record }): Check[] => {
    if (record === undefined)
      return [bad(`the record of ${name} is gone: its files are found by their marks`, "pulumi up writes it again")];
    const standing = standingOn(facts, name);
    const gone = Object.keys(record.edits).filter((path) => standing[path] === undefined);
    const other = Object.entries(record.edits)
      .filter(([path, edit]) => standing[path] !== undefined && standing[path] !== wanted(edit, name))
      .map(([path]) => path);
    const { pending, reboot } = record;
    return [
      ...(gone.length > 0
        ? [bad(`${name} should have a part in ${gone.join(", ")}, and has none`, "pulumi up --refresh puts it back")]
        : []),
      ...(other.length > 0 && pending.length === 0
        ? [bad(`${name}: ${other.join(", ")} not as it was written`, "pulumi up --refresh shows it as drift")]
        : []),
      ...(pending.length > 0
        ? [bad(`${name}: ${pending.join(" and ")} still to be rebuilt`, "pulumi up goes on from there")]
        : []),
      ...(reboot === undefined ? [] : [bad(`the reboot of ${name} is not proven yet`, "pulumi up goes on from there")]),
    ];
  });
}
