import { listItems } from "../schema/formats.ts";
import { type Job, valueIn } from "./job.ts";

const LEFT_OUT = ["id", "vmid", "starttime", "dow", "stdout", "enabled", "job-id"];

/** What one would type to have the same backups made, as PVE writes it into the log. */
export function commandLine(job: Job): string {
  const guests = listItems(valueIn(job, "vmid") ?? "");
  const options = [...job]
    .filter(([key]) => !LEFT_OUT.includes(key))
    .flatMap(([key, texts]) => texts.filter((text) => text !== "").map((text) => `--${key} ${quoted(text)}`));
  return ["vzdump", ...guests, ...options].join(" ");
}

const quoted = (text: string): string =>
  /^[\w!%+,\-./:=@^]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
