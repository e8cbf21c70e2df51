import { FormatError } from "./errors.ts";
import type { Properties } from "./schema.ts";

/** `key=value,…` as an object; a part without a key belongs to the key that is the default one. */
export function parsePropertyString(properties: Properties, text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const part of text.split(",")) {
    if (part.trim() === "") continue;
    const [, key, value] = /^([^=]+)=(.+)$/s.exec(part) ?? [];
    if (key !== undefined && value !== undefined) setNamed(found, properties, key, value);
    else if (part.includes("=")) throw wrong("missing key in comma-separated list property");
    else setDefault(found, properties, part);
  }
  return found;
}

function setNamed(found: Record<string, string>, properties: Properties, key: string, value: string): void {
  if (found[key] !== undefined) throw wrong(`duplicate key in comma-separated list property: ${key}`);
  const { alias, keyAlias } = properties[key] ?? {};
  if (keyAlias !== undefined) {
    if (found[keyAlias] !== undefined) throw wrong(`key alias '${keyAlias}' is already defined`);
    found[keyAlias] = key;
  }
  const name = alias ?? key;
  if (alias !== undefined && found[name] !== undefined) throw wrong(`key '${name}' is already defined (via alias)`);
  const schema = properties[name];
  if (!schema) throw wrong(`invalid key in comma-separated list property: ${name}`);
  found[name] = schema.type === "boolean" ? asBoolean(value) : value;
}

function setDefault(found: Record<string, string>, properties: Properties, value: string): void {
  const [key, schema] = Object.entries(properties).find(([, { default_key }]) => default_key) ?? [];
  if (key === undefined) throw wrong("value without key, but schema does not define a default key");
  if (found[key] !== undefined) throw wrong(`duplicate key in comma-separated list property: ${key}`);
  found[key] = schema?.type === "boolean" ? asBoolean(value) : value;
}

/** PVE takes several words for yes and no; what is none of them is left for the check of the type. */
export function asBoolean(text: string): string {
  if (/^(1|on|yes|true)$/i.test(text)) return "1";
  if (/^(0|off|no|false)$/i.test(text)) return "0";
  return text;
}

const wrong = (words: string) => new FormatError(`${words}\n`);

/** The text of an object: the default key first and without its name, then the others in order. */
export function printPropertyString(properties: Properties, values: Readonly<Record<string, string>>): string {
  const isDefault = (key: string) => properties[key]?.default_key === 1;
  return Object.entries(values)
    .toSorted(([a], [b]) => Number(isDefault(b)) - Number(isDefault(a)) || (a < b ? -1 : 1))
    .map(([key, value]) => (isDefault(key) ? value : `${key}=${value}`))
    .join(",");
}

/** The object that PVE tells of a property string: a switch is a number, all else a text, numbers too. */
export function toldPropertyString(properties: Properties, text: string): Readonly<Record<string, string | number>> {
  const told = (key: string, value: string) => (properties[key]?.type === "boolean" ? Number(value) : value);
  const values = Object.entries(parsePropertyString(properties, text));
  return Object.fromEntries(values.map(([key, value]) => [key, told(key, value)]));
}
