import type { Params } from "../api/call.ts";
import { PROPERTY_STRINGS } from "../schema/named-property-strings.ts";
import { parsePropertyString, printPropertyString, toldPropertyString } from "../schema/property-string.ts";
import { apiOf, type Properties, type Release } from "../schema/schema.ts";
import type { Job } from "./job.ts";

/** What the schema of a release says of the keys that a job can have. */
export function jobProperties(release: Release): Properties {
  const { id, starttime, dow, ...properties } =
    apiOf(release).paths["/cluster/backup"]?.POST?.parameters.properties ?? {};
  return properties;
}

const partsOf = (properties: Properties, key: string): Properties | undefined => {
  const format = properties[key]?.format;
  return typeof format === "string" ? PROPERTY_STRINGS[format] : undefined;
};

/** What a call says of a job, each property string in the one way in which PVE writes it. */
export function jobIn(params: Params, release: Release): Map<string, readonly string[]> {
  const properties = jobProperties(release);
  const given = params.keys("id", "delete").map((key) => {
    const parts = partsOf(properties, key);
    const texts = params.list(key);
    const written = (text: string) => (parts ? printPropertyString(parts, parsePropertyString(parts, text)) : text);
    return [key, texts.map(written)] as const;
  });
  return new Map(given);
}

/** What a release tells of a job. A key that it does not know it passes over. */
export function jobTold(release: Release, job: Job): Record<string, unknown> {
  const properties = jobProperties(release);
  const known = [...job].filter(([key]) => properties[key]);
  return Object.fromEntries(known.map(([key, texts]) => [key, told(properties, key, texts)]));
}

function told(properties: Properties, key: string, texts: readonly string[]): unknown {
  const [text = ""] = texts;
  const type = properties[key]?.type;
  const parts = partsOf(properties, key);
  if (type === "array") return texts;
  if (parts) return toldPropertyString(parts, text);
  return type === "integer" || type === "boolean" ? Number(text) : text;
}
