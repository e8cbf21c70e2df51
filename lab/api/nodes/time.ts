import { offsetAt } from "#providers/backup/local-time.ts";
import { isTimeZone } from "../../time-zone.ts";
import { badParameters } from "../api-error.ts";
import type { Handler } from "../call.ts";

/** `localtime` is what the wall shows, as if that were UTC. */
const read: Handler = ({ cluster, node: { timezone } }) => {
  const time = cluster.now();
  return { timezone, time, localtime: time + offsetAt(time, timezone) };
};

const set: Handler = ({ node, params }) => {
  const zone = params.text("timezone");
  if (!isTimeZone(zone)) throw badParameters({ timezone: "No such timezone" });
  node.timezone = zone;
  return null;
};

export const time: Readonly<Record<string, Handler>> = {
  "GET /nodes/{node}/time": read,
  "PUT /nodes/{node}/time": set,
};
