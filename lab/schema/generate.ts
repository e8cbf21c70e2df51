// Makes the compact schema beside this file from the API schema as data: generate.ts SCHEMA.json RELEASE
// What a client or the lab goes by is kept, what is for the eyes (links, renderers) is not. A part that occurs more
// than once stands in `shared` and is named by its place there, `{"$": n}`; a path is a line.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const FOR_THE_EYES = new Set([
  "links",
  "renderer",
  "description",
  "verbose_description",
  "title",
  "typetext",
  "format_description",
]);
const WORTH_SHARING = 40; // characters

const [source, release] = process.argv.slice(2);
if (!source || !release) throw new Error("usage: generate.ts SCHEMA.json RELEASE");
const schema: { version: string; paths: Record<string, Json> } = JSON.parse(readFileSync(source, "utf8"));

/** Without what is for the eyes, but not without a parameter that happens to have such a name. */
function stripped(value: Json, isProperties = false): Json {
  if (Array.isArray(value)) return value.map((item: Json) => stripped(item));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => isProperties || !FOR_THE_EYES.has(key));
  return Object.fromEntries(
    kept.map(([key, item]) => {
      const named = key === "properties" || (key === "format" && typeof item === "object");
      return [key, stripped(item, named && !isProperties)];
    }),
  );
}

const times = new Map<string, number>();
function count(value: Json): void {
  if (typeof value !== "object" || value === null) return;
  const text = JSON.stringify(value);
  times.set(text, (times.get(text) ?? 0) + 1);
  // What lies inside a part that is shared already is counted once, where it stands.
  if (times.get(text) === 1 || text.length < WORTH_SHARING) for (const item of Object.values(value)) count(item);
}

const shared: Json[] = [];
const places = new Map<string, number>();
function shortened(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  const text = JSON.stringify(value);
  const known = places.get(text);
  if (known !== undefined) return { $: known };
  const short: Json = Array.isArray(value)
    ? value.map((item: Json) => shortened(item))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
  if (text.length < WORTH_SHARING || (times.get(text) ?? 0) < 2) return short;
  places.set(text, shared.push(short) - 1);
  return { $: shared.length - 1 };
}

const paths = Object.fromEntries(Object.entries(schema.paths).map(([path, methods]) => [path, stripped(methods)]));
for (const methods of Object.values(paths)) count(methods);
const lines = Object.entries(paths).map(
  ([path, methods]) => `${JSON.stringify(path)}:${JSON.stringify(shortened(methods))}`,
);
const parts = shared.map((part) => JSON.stringify(part));
const text = `{"version":${JSON.stringify(schema.version)},"shared":[\n${parts.join(",\n")}\n],"paths":{\n${lines.join(",\n")}\n}}\n`;
writeFileSync(join(import.meta.dirname, `${release}.json`), text);
