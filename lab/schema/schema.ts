import { readFileSync } from "node:fs";
import { join } from "node:path";

export const RELEASES = ["8.4", "9.2"] as const;
export type Release = (typeof RELEASES)[number];

/** What PVE's dialect of JSON Schema says of one value. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly optional?: 0 | 1;
  readonly default?: unknown;
  readonly format?: string | Properties;
  readonly pattern?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Properties;
  readonly additionalProperties?: 0 | 1 | Schema;
  readonly requires?: string;
  /** In a property string: the key that a value without a key belongs to. */
  readonly default_key?: 0 | 1;
  readonly alias?: string;
  readonly keyAlias?: string;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly "type-property"?: string;
  readonly "type-property-schema"?: Schema;
  readonly "instance-type"?: string;
  readonly "instance-types"?: readonly string[];
}

export type Properties = Readonly<Record<string, Schema>>;

/** Who may call a method: `check` is PVE's nested list of conditions. */
export interface Permissions {
  readonly user?: "all" | "world" | string;
  readonly check?: readonly unknown[];
}

export interface Method {
  readonly name: string;
  readonly parameters: Schema;
  readonly returns?: Schema;
  readonly permissions?: Permissions;
  readonly allowtoken: 0 | 1;
  readonly protected?: 0 | 1;
  readonly proxyto?: string;
}

export type Verb = "GET" | "POST" | "PUT" | "DELETE";
export type Paths = Readonly<Record<string, Readonly<Partial<Record<Verb, Method>>>>>;

interface Compact {
  readonly version: string;
  readonly shared: readonly unknown[];
  readonly paths: unknown;
}

const loaded = new Map<Release, { readonly version: string; readonly paths: Paths }>();

/** The API of a release, as the schema beside this file has it; read once a process. */
export function apiOf(release: Release): { readonly version: string; readonly paths: Paths } {
  const known = loaded.get(release);
  if (known) return known;
  const compact: Compact = JSON.parse(readFileSync(join(import.meta.dirname, `${release}.json`), "utf8"));
  const parts = new Map<number, unknown>();
  const whole = (value: unknown): unknown => {
    // Which privileges there are differs from release to release, and the schema alone does not say it.
    if (value === "pve-priv-list") return `pve-priv@${release}-list`;
    if (Array.isArray(value)) return value.map(whole);
    if (typeof value !== "object" || value === null) return value;
    if ("$" in value && typeof value.$ === "number") return part(value.$);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, whole(item)]));
  };
  const part = (place: number): unknown => {
    if (!parts.has(place)) parts.set(place, whole(compact.shared[place]));
    return parts.get(place);
  };
  // Generated beside this file, and compared with its shape by a test.
  const api = { version: compact.version, paths: whole(compact.paths) as Paths };
  loaded.set(release, api);
  return api;
}
