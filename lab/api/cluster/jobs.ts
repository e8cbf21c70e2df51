import { nextDue } from "../../backup/schedule.ts";
import { ApiError } from "../api-error.ts";
import type { Handler } from "../call.ts";

const index: Handler = () => [{ subdir: "schedule-analyze" }, { subdir: "realm-sync" }];

/** Seconds; a little less than what JavaScript has days for. */
const FAR = 8e12;

const analyze: Handler = ({ cluster, node, params }) => {
  const after = params.integer("starttime") ?? cluster.now();
  if (Math.abs(after) > FAR) throw new ApiError(501, "a time that far away is not part of the lab");
  const due = nextDue(params.text("schedule"), after, node.timezone, params.integer("iterations") ?? 10);
  return due.map((timestamp) => ({ timestamp, utc: asCtime(timestamp) }));
};

/** As C writes a time: `Sun Nov  1 02:00:00 2026`. */
function asCtime(seconds: number): string {
  const [weekday, day = "", month, year, time] = new Date(seconds * 1000).toUTCString().split(/,? /);
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${Number(year)}`;
}

export const jobs: Readonly<Record<string, Handler>> = {
  "GET /cluster/jobs": index,
  "GET /cluster/jobs/schedule-analyze": analyze,
};
