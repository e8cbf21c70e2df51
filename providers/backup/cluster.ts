import type { Returns } from "../pve/endpoints.ts";
import { list } from "../pve/wire.ts";
import { type Retention, retentionOf } from "./retention.ts";
import type { Guest } from "./selection.ts";

/** A storage, as its configuration says. */
export interface Storage {
  readonly id: string;
  readonly type: string;
  readonly content: readonly string[];
  /** Just these nodes have it; all, where none are named. */
  readonly nodes: readonly string[];
  readonly enabled: boolean;
  readonly shared: boolean;
  /** What is kept there, where nothing else says it. */
  readonly retention: Retention | undefined;
  /** That, word for word; empty where it says nothing. */
  readonly kept: string;
}

/** What is there to be backed up, and where to. */
export interface Cluster {
  /** Whether it answers, by name. */
  readonly nodes: ReadonlyMap<string, boolean>;
  readonly guests: readonly Guest[];
  readonly pools: ReadonlySet<string>;
  readonly storages: ReadonlyMap<string, Storage>;
}

type Resource = Returns<"GET /cluster/resources">[number];

export function clusterIn(resources: readonly Resource[], storages: Returns<"GET /storage">): Cluster {
  const shared = new Set(resources.flatMap(({ storage, shared }) => (storage && shared ? [storage] : [])));
  return {
    nodes: new Map(
      resources.flatMap(({ type, node, status }) => (type === "node" && node ? [[node, status === "online"]] : [])),
    ),
    guests: resources.flatMap(guestIn),
    pools: new Set(resources.flatMap(({ type, pool }) => (type === "pool" && pool ? [pool] : []))),
    storages: new Map(storages.map((one) => [one.storage, storageIn(one, shared.has(one.storage))])),
  };
}

function guestIn({ type, vmid, node = "", name, status, tags, pool, hastate }: Resource): Guest[] {
  if ((type !== "qemu" && type !== "lxc") || vmid === undefined) return [];
  const running = status === "running";
  return [{ vmid, type, node, name: name ?? "", running, tags: list(tags), pool, ha: hastate }];
}

function storageIn(told: Readonly<Record<string, unknown>> & { readonly storage: string }, shared: boolean): Storage {
  const say = (key: string) => (told[key] === undefined ? undefined : String(told[key]));
  const kept = say("prune-backups") ?? "";
  return {
    id: told.storage,
    type: say("type") ?? "",
    content: list(say("content")),
    nodes: list(say("nodes")),
    enabled: say("disable") !== "1" && say("disable") !== "true",
    shared: shared || say("shared") === "1",
    retention: kept === "" ? undefined : retentionOf(kept),
    kept,
  };
}
