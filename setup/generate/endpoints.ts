import { apiOf, type Method, type Properties, type Release, type Schema, type Verb } from "../../lab/schema/schema.ts";

/** The endpoints that the providers use. Another one is a line here. */
const USED = [
  "GET /version",
  "POST /access/ticket",
  "GET /access/roles",
  "POST /access/roles",
  "PUT /access/roles/{roleid}",
  "DELETE /access/roles/{roleid}",
  "GET /access/users",
  "POST /access/users",
  "PUT /access/users/{userid}",
  "DELETE /access/users/{userid}",
  "POST /access/users/{userid}/token/{tokenid}",
  "PUT /access/users/{userid}/token/{tokenid}",
  "DELETE /access/users/{userid}/token/{tokenid}",
  "GET /access/groups",
  "GET /access/domains",
  "GET /access/acl",
  "PUT /access/acl",
  "GET /access/permissions",
  "GET /cluster/resources",
  "GET /cluster/backup",
  "POST /cluster/backup",
  "PUT /cluster/backup/{id}",
  "DELETE /cluster/backup/{id}",
  "GET /storage",
  "PUT /storage/{storage}",
  "GET /nodes/{node}/time",
  "GET /nodes/{node}/storage",
  "GET /nodes/{node}/storage/{storage}/content",
  "PUT /nodes/{node}/storage/{storage}/content/{volume}",
  "GET /nodes/{node}/storage/{storage}/prunebackups",
  "POST /nodes/{node}/vzdump",
  "GET /nodes/{node}/vzdump/defaults",
  "GET /nodes/{node}/tasks",
  "GET /nodes/{node}/tasks/{upid}/status",
  "GET /nodes/{node}/tasks/{upid}/log",
];
/** Of these answers just that is looked at: the rest is not always as the schema has it. */
const JUST: Readonly<Record<string, readonly string[]>> = { "GET /nodes/{node}/vzdump/defaults": ["prune-backups"] };
const RELEASES: readonly Release[] = ["8.4", "9.2"];

/** `providers/pve/endpoints.ts`: what each endpoint takes and answers, on the releases that have it. */
export function endpointsModule(): string {
  const found = USED.map((call) => ({ call, methods: methodsOf(call) }));
  const returns = found.map(({ call, methods }) => `  ${quoted(call)}: ${returned(methods, JUST[call])},`);
  const takes = found.map(({ call, methods }) => `  ${quoted(call)}: ${taken(methods)};`);
  return `// Made by npm run generate from the API's schema of ${RELEASES.join(" and ")}: change setup/generate/endpoints.ts.
import { z } from "zod";
import { flag, maybe, number, text } from "./wire.ts";

const schemas = {
${returns.join("\n")}
};

/** What each endpoint takes, in its path and beside it. */
export interface Takes {
${takes.join("\n")}
}

export type Endpoint = keyof Takes & keyof typeof schemas;
export type Returns<E extends Endpoint> = z.output<(typeof schemas)[E]>;

/** What each endpoint answers under \`data\`. What only one release knows may be missing. */
export const returns: { readonly [E in Endpoint]: z.ZodType<Returns<E>> } = schemas;
`;
}

const quoted = (text: string) => JSON.stringify(text);

function methodsOf(call: string): Method[] {
  const [verb = "", path = ""] = call.split(" ");
  const methods = RELEASES.flatMap((release) => apiOf(release).paths[path]?.[verb as Verb] ?? []);
  if (methods.length === 0) throw new Error(`no release has ${call}`);
  return methods;
}

function returned(methods: readonly Method[], just: readonly string[] | undefined): string {
  const all = methods.map((method) => method.returns ?? {});
  if (just === undefined) return shape(all);
  const only = ({ properties = {} }: Schema) =>
    Object.fromEntries(Object.entries(properties).filter(([key]) => just.includes(key)));
  return shape(all.map((schema) => ({ ...schema, properties: only(schema) })));
}

/** A zod schema that takes what any of the releases may answer. */
function shape(schemas: readonly Schema[]): string {
  const [{ type, items } = {}] = schemas;
  if (type === "null") return "z.null()";
  if (type === "boolean") return "flag";
  if (type === "integer" || type === "number") return "number";
  if (type === "string") return "text";
  if (type === "array") return `z.array(${items ? shape(schemas.map((schema) => schema.items ?? {})) : "z.unknown()"})`;
  if (type !== "object") return "z.unknown()";
  const all = schemas.map(({ properties = {} }) => properties);
  const keys = [...new Set(all.flatMap(Object.keys))].toSorted();
  if (keys.length === 0) return "z.record(z.string(), z.unknown())";
  return `z.looseObject({ ${keys.map((key) => `${quoted(key)}: ${field(all, key)}`).join(", ")} })`;
}

function field(all: readonly Properties[], key: string): string {
  const there = all.flatMap((properties) => properties[key] ?? []);
  const maybe = there.length < all.length || there.some(({ optional }) => optional === 1);
  return maybe ? `maybe(${shape(there)})` : shape(there);
}

/** The type of what an endpoint takes. A release that does not know a parameter refuses it by itself. */
function taken(methods: readonly Method[]): string {
  const all = methods.map(({ parameters }) => parameters.properties ?? {});
  const keys = [...new Set(all.flatMap(Object.keys))].toSorted();
  const fields = keys.map((key) => {
    const there = all.flatMap((properties) => properties[key] ?? []);
    const maybe = there.every(({ optional }) => optional === 1);
    return `readonly ${quoted(key)}${maybe ? "?" : ""}: ${typeOf(there)}${maybe ? " | undefined" : ""}`;
  });
  return fields.length === 0 ? "Readonly<Record<string, never>>" : `{ ${fields.join("; ")} }`;
}

function typeOf(schemas: readonly Schema[]): string {
  const types = schemas.map(({ type }) => {
    if (type === "boolean") return "boolean";
    if (type === "array") return "readonly string[]";
    return type === "integer" || type === "number" ? "number" : "string";
  });
  return [...new Set(types)].join(" | ");
}
