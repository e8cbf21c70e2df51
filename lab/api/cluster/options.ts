import { listItems } from "../../schema/formats.ts";
import { toldPropertyString } from "../../schema/property-string.ts";
import { apiOf, type Properties, type Release } from "../../schema/schema.ts";
import { type Call, type Handler, may } from "../call.ts";

const propertiesOf = (release: Release): Properties =>
  apiOf(release).paths["/cluster/options"]?.PUT?.parameters.properties ?? {};

/** What PVE keeps as text and tells as an object. */
function told(release: Release, key: string, value: string): unknown {
  const schema = propertiesOf(release)[key];
  const format = schema?.format;
  if (typeof format === "object") return toldPropertyString(format, value);
  if (key === "registered-tags") return listItems(value);
  return schema?.type === "integer" || schema?.type === "boolean" ? Number(value) : value;
}

const read: Handler = (call: Call) => {
  const { cluster, node } = call;
  const all = may(call, "/", "Sys.Audit");
  const shown = [...cluster.options].filter(([key]) => all || key === "console" || key === "tag-style");
  const registered = listItems(cluster.options.get("registered-tags") ?? "");
  return {
    ...Object.fromEntries(shown.map(([key, value]) => [key, told(node.release, key, value)])),
    "allowed-tags": [...new Set([...tagsSeen(call), ...registered])].toSorted(),
  };
};

/** The tags of the guests that one may see. */
const tagsSeen = (call: Call): string[] =>
  [...call.cluster.guests.values()]
    .filter(({ vmid }) => may(call, `/vms/${vmid}`, "VM.Audit"))
    .flatMap(({ config }) => listItems(config.values.get("tags") ?? ""));

const update: Handler = ({ cluster, params }) => {
  for (const key of params.keys("delete")) cluster.options.set(key, params.text(key));
  for (const key of listItems(params.maybe("delete") ?? "")) cluster.options.delete(key);
  return null;
};

/** `datacenter.cfg`, as PVE writes it. */
export const printOptions = (options: ReadonlyMap<string, string>): string =>
  [...options]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");

export const options: Readonly<Record<string, Handler>> = {
  "GET /cluster/options": read,
  "PUT /cluster/options": update,
};
