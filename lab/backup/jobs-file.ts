import { encoded } from "../encoded-text.ts";
import type { Job } from "./job.ts";

const FIRST = ["comment", "schedule"];

/** `jobs.cfg`, byte for byte as PVE writes it. */
export const printJobs = (jobs: ReadonlyMap<string, Job>): string =>
  [...jobs].map(([id, job]) => `vzdump: ${id}\n${lines(job)}\n`).join("");

const lines = (job: Job): string =>
  [...FIRST, ...[...job.keys()].filter((key) => !FIRST.includes(key)).toSorted()]
    .flatMap((key) => (job.get(key) ?? []).map((text) => `\t${key} ${key === "comment" ? encoded(text) : text}\n`))
    .join("");

/** A job as PVE has it once it wrote and read it: what is empty is gone, and what follows a line's end. */
export function asRead(job: Job): Job {
  const read = [...job].map(([key, texts]) => [key, texts.map(oneLine).filter((text) => text !== "")] as const);
  return new Map(read.filter(([key, texts]) => texts.length > 0 && !(key === "comment" && texts[0] === "0")));
}

const oneLine = (text: string): string => (text.split("\n")[0] ?? "").trim();
