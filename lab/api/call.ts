import { need } from "../access/authorize.ts";
import { permissions } from "../access/permissions.ts";
import type { Cluster } from "../cluster.ts";
import type { ClusterNode } from "../node.ts";
import type { Work } from "../tasks/tasks.ts";

/** One request that was understood: routed, allowed, its parameters as the schema wants them. */
export interface Call {
  readonly cluster: Cluster;
  /** The node that answers. */
  readonly node: ClusterNode;
  readonly params: Params;
  /** Who asks, by id, a token's with its name; none where nobody logged in. */
  readonly holder: string | undefined;
}

/** Answers a call with what stands under `data`. */
export type Handler = (call: Call) => unknown;

/** A part of a list, and how many there are in all: `total` beside `data`. */
export class Page {
  readonly items: readonly unknown[];
  readonly total: number;

  constructor(items: readonly unknown[], total: number) {
    this.items = items;
    this.total = total;
  }
}

/** Whether who asks has any of the privileges on a path. */
export function may({ cluster, node, holder }: Call, path: string, ...any: readonly string[]): boolean {
  if (holder === undefined) return false;
  const held = permissions(cluster.access, node.release, holder, path);
  return any.some((privilege) => held.has(privilege));
}

/** Refuses unless who asks has all of the privileges on a path. */
export function must({ cluster, node, holder }: Call, path: string, ...all: readonly string[]): void {
  need({ config: cluster.access, release: node.release, holder: holder ?? "" }, path, all, false);
}

/** Refuses unless who asks has one of the privileges on a path. */
export function mustAny({ cluster, node, holder }: Call, path: string, ...any: readonly string[]): void {
  need({ config: cluster.access, release: node.release, holder: holder ?? "" }, path, any, true);
}

/** Begins a task on the node that answers, in the name of who asks; its name is the answer. */
export const begin = ({ cluster, node, holder = "" }: Call, type: string, id: string, work: Work): string =>
  cluster.tasks.begin({ node: node.name, type, id, holder }, work);

/** Parameters as they came, read by what the schema says of them. */
export class Params {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** The names of what was given, without those. */
  keys(...without: readonly string[]): string[] {
    return Object.keys(this.#values).filter((key) => this.has(key) && !without.includes(key));
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined && this.#values[key] !== null;
  }

  /** A text that has to be there: the schema has seen to that. */
  text(key: string): string {
    return asText(this.#values[key] ?? "");
  }

  maybe(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  /** The items of what is a list; one alone of what is not. */
  list(key: string): string[] {
    const value = this.#values[key];
    return (Array.isArray(value) ? value : [value]).map(asText);
  }

  integer(key: string): number | undefined {
    return this.has(key) ? Number(this.#values[key]) : undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.#values[key];
    return this.has(key) ? value === true || String(value) === "1" : undefined;
  }
}

const asText = (value: unknown): string => (typeof value === "boolean" ? String(Number(value)) : String(value));
