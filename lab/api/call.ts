import type { Cluster, ClusterNode } from "../cluster.ts";

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

/** Parameters as they came, read by what the schema says of them. */
export class Params {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined && this.#values[key] !== null;
  }

  /** A text that has to be there: the schema has seen to that. */
  text(key: string): string {
    return String(this.#values[key] ?? "");
  }

  maybe(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  integer(key: string): number | undefined {
    return this.has(key) ? Number(this.#values[key]) : undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.#values[key];
    return this.has(key) ? value === true || String(value) === "1" : undefined;
  }
}
