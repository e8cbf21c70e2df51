import { listItems } from "../schema/formats.ts";
import { type Job, valueIn } from "./job.ts";

/** Takes a guest out of what jobs name; a job for that guest alone is gone. */
export function purgeFromJobs(jobs: Map<string, Job>, vmid: number): void {
  for (const [id, job] of jobs) {
    const key = ["vmid", "exclude"].find((named) => job.has(named));
    if (key === undefined) continue;
    const left = listItems(valueIn(job, key) ?? "").filter((item) => item !== String(vmid));
    if (left.length > 0) jobs.set(id, new Map([...job, [key, [left.join(",")]]]));
    else if (key === "vmid") jobs.delete(id);
    else jobs.set(id, new Map([...job].filter(([other]) => other !== key)));
  }
}
