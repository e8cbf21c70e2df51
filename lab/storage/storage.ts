import { createHash } from "node:crypto";
import type { Cluster } from "../cluster.ts";
import { storageTypes } from "./types.ts";

/** A storage as `storage.cfg` has it, and how much it would hold. */
export interface Storage {
  readonly type: string;
  readonly values: Map<string, string>;
  /** What is kept beside the file, and never told. */
  readonly secrets: Map<string, string>;
  /** Bytes; of a storage that is not shared on each node. */
  total: number;
  /** Bytes beside its backups. */
  used: number;
  /** The nodes that cannot reach it. */
  readonly offline: Set<string>;
}

export type Storages = ReadonlyMap<string, Storage>;

const items = (text: string | undefined): string[] => (text ?? "").split(/[,;\s]+/).filter((item) => item !== "");

/** What it may hold, in the order in which PVE says it. */
export const contentOf = ({ type, values }: Storage): string[] =>
  (values.has("content") ? items(values.get("content")) : [...(storageTypes[type]?.defaultContent ?? [])]).toSorted();

export const isShared = ({ type, values }: Storage): boolean =>
  storageTypes[type]?.shared === true || values.get("shared") === "1";

/** Whether it is kept to other nodes. */
export const isKeptFrom = ({ values }: Storage, node: string): boolean =>
  values.has("nodes") && !items(values.get("nodes")).includes(node);

/** Whether it is there on a node: not switched off, and not kept to others. */
export const isOn = (storage: Storage, node: string): boolean =>
  storage.values.get("disable") !== "1" && !isKeptFrom(storage, node);

/** `storage.cfg`, byte for byte as PVE writes it. */
export function printStorages(storages: Storages): string {
  return [...storages].map(([id, storage]) => `${storage.type}: ${id}\n${printValues(storage)}\n`).join("");
}

function printValues({ type, values }: Storage): string {
  const { required = [] } = storageTypes[type] ?? {};
  const keys = [...values.keys()].filter((key) => key !== "disable").toSorted();
  const first = values.get("disable") === "1" ? ["\tdisable\n"] : [];
  const inOrder = [...keys.filter((key) => required.includes(key)), ...keys.filter((key) => !required.includes(key))];
  return [...first, ...inOrder.map((key) => `\t${key} ${values.get(key)}\n`)].join("");
}

/** Reads the text of `storage.cfg`. How much a storage holds is not in it: what `known` says of it stays. */
export function parseStorages(text: string, known: Storages = new Map()): Map<string, Storage> {
  const storages = new Map<string, Storage>();
  let values: Map<string, string> | undefined;
  for (const line of text.split("\n")) {
    const [, type, id] = /^([a-z]\w*): (\S+)\s*$/.exec(line) ?? [];
    const [, key, value = "1"] = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (type !== undefined && id !== undefined) {
      const { secrets = new Map(), total = 0, used = 0, offline = new Set<string>() } = known.get(id) ?? {};
      values = new Map();
      storages.set(id, { type, values, secrets, total, used, offline });
    } else if (key !== undefined) values?.set(key, value);
  }
  return storages;
}

export const storagesDigest = ({ storages }: Cluster): string =>
  createHash("sha1").update(printStorages(storages)).digest("hex");
