import { badParameters, died } from "../api/api-error.ts";
import { listItems } from "../schema/formats.ts";
import type { Release } from "../schema/schema.ts";
import { isSet, type Job, valueIn } from "./job.ts";
import { notesComplaint } from "./notes-template.ts";

const EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun";

type Draft = Map<string, readonly string[]>;

/** Turns the hour and the days of older clients into a schedule. */
export function settleSchedule(draft: Draft, isNeeded: boolean): void {
  const [start, days] = [valueIn(draft, "starttime"), valueIn(draft, "dow")];
  draft.delete("starttime");
  draft.delete("dow");
  if (draft.has("schedule")) {
    if (start !== undefined) throw badParameters({ starttime: "'starttime' and 'schedule' cannot both be set" });
  } else if (start !== undefined) {
    const some = listItems(days ?? "").join(",");
    draft.set("schedule", [some === "" || some === EVERY_DAY ? start : `${some} ${start}`]);
  } else if (isNeeded) throw badParameters({ schedule: "neither 'starttime' nor 'schedule' were set" });
}

/** Refuses what does not go together, and settles what follows from what was said. Of a whole job something is selected. */
export function settle(draft: Draft, { release, isWhole }: { release: Release; isWhole: boolean }): void {
  const conflict = ["all", "exclude", "pool"].find((key) => isSet(draft, key) && isSet(draft, "vmid"));
  if (conflict !== undefined) throw badParameters({ [conflict]: "option conflicts with option 'vmid'" });
  // 9 takes it as well, keeps it in its file, and makes nothing of it.
  if (release === "8.4") settleMaxfiles(draft);
  const complaint = notesComplaint(valueIn(draft, "notes-template") ?? "");
  if (complaint !== undefined) throw badParameters({ "notes-template": complaint });
  if (draft.has("exclude") && !isSet(draft, "pool")) draft.set("all", ["1"]);
  if (isWhole && !["all", "stop", "pool", "vmid"].some((key) => isSet(draft, key)))
    throw badParameters({ vmid: "property is missing" });
}

function settleMaxfiles(draft: Draft): void {
  const most = valueIn(draft, "maxfiles");
  if (most === undefined) return;
  if (draft.has("prune-backups")) throw badParameters({ "prune-backups": "option conflicts with option 'maxfiles'" });
  draft.delete("maxfiles");
  draft.set("prune-backups", [`keep-last=${most}`]);
}

/** Has what a change says of the guests push out what the job said of them before. */
export function settleSelection(job: Draft, change: Job): void {
  if (job.has("exclude") && !job.has("pool")) job.set("all", ["1"]);
  const pushedOut = () => {
    if (change.has("vmid")) return ["all", "exclude", "pool"];
    if (isSet(change, "all")) return ["vmid", "pool"];
    return isSet(job, "pool") ? ["vmid", "all", "exclude"] : [];
  };
  for (const key of pushedOut()) job.delete(key);
}

/** A line of the file is a line: what would end it early is refused, but in a list, where PVE does not look. */
export function mustBeOneLine(job: Job): void {
  for (const [key, [text = ""]] of job)
    if (key !== "exclude-path" && /[\n\r]/.test(text)) throw died("property contains a line feed");
}
