import { FLAGS, isRealmType, OPTIONS, type RealmType, takes } from "../../access/realm-types.ts";
import { PROPERTY_STRINGS } from "../../schema/named-property-strings.ts";
import { asBoolean, parsePropertyString } from "../../schema/property-string.ts";
import { died } from "../api-error.ts";
import type { Params } from "../call.ts";

export type Given = ReadonlyMap<string, string>;

/** What is not an option of a realm but says which realm, or how to go about it. */
const BESIDE = ["realm", "type", "password", "digest", "delete", "check-connection"];
const SYNC = "sync-defaults-options";

export function typeIn(params: Params): RealmType {
  const type = params.text("type");
  if (!isRealmType(type)) throw died(`unknown section type '${type}'`);
  return type;
}

/** The options that a call gives, as `domains.cfg` would have them. */
export const given = (params: Params, type: RealmType): Given =>
  new Map(
    params.keys(...BESIDE).map((key) => {
      const value = params.text(key);
      if (FLAGS.has(key)) return [key, asBoolean(value)];
      return [key, key === SYNC && (type === "ad" || type === "ldap") ? syncOptions(value) : value];
    }),
  );

/** Throws in PVE's words where a type does not take an option, or not that value. */
export function mustFit(type: RealmType, options: Given): void {
  for (const [key, value] of options) {
    if (!takes(type, key)) throw died(`unexpected property '${key}'`);
    if (/[\n\r]/.test(value)) throw died("property contains a line feed");
  }
}

const missing = (key: string): string => `missing value for required option '${key}'`;

export function mustHaveAll(type: RealmType, options: Given, words = missing): void {
  const gone = OPTIONS[type].required.find((key) => !options.has(key));
  if (gone !== undefined) throw died(words(gone));
}

/** Sorted, and with what two old options meant in the words of the new one. */
function syncOptions(text: string): string {
  const { full, purge, ...found } = parsePropertyString(PROPERTY_STRINGS["realm-sync-options"] ?? {}, text);
  const gone = [...(isSet(full) ? ["entry", "properties"] : []), ...(isSet(purge) ? ["acl"] : [])];
  const vanished = found["remove-vanished"] ?? (gone.length > 0 ? gone.join(";") : undefined);
  return Object.entries({ ...found, ...(vanished === undefined ? {} : { "remove-vanished": vanished }) })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

const isSet = (value: string | undefined): boolean => value === "1";
