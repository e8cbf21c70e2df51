import { createHash } from "node:crypto";
import { printRealms } from "./access/realms.ts";
import { printTokenConfig } from "./access/token-config.ts";
import { printUserConfig } from "./access/user-config.ts";
import { printOptions } from "./api/cluster/options.ts";
import { printJobs } from "./backup/jobs-file.ts";
import type { Cluster } from "./cluster.ts";
import { configPath, printConfig } from "./guests/guest.ts";
import { printStorages } from "./storage/storage.ts";
import { printVolumes } from "./storage/volumes.ts";

/** Everything about a cluster that lasts, as texts by path: its files below `/etc/pve`, and what runs. */
export type State = Readonly<Record<string, string>>;

export function stateOf(cluster: Cluster): State {
  const guests = [...cluster.guests.values()];
  return {
    ...clusterFiles(cluster),
    "priv/shadow.cfg": sealed(cluster.passwords),
    "priv/tfa.cfg": sealed(cluster.tfa),
    "priv/storage": sealed(new Map([...cluster.storages].map(([id, { secrets }]) => [id, [...secrets]]))),
    "priv/realm": sealed(new Map([...cluster.realms].map(([realm, { bindPassword }]) => [realm, bindPassword]))),
    backups: printVolumes(cluster),
    "what runs": guests
      .filter(({ startedAt }) => startedAt !== undefined)
      .map(({ type, vmid }) => `${type}/${vmid}\n`)
      .toSorted()
      .join(""),
    "time zones": cluster.nodes.map(({ name, timezone }) => `${name} ${timezone}\n`).join(""),
    "who is there": cluster.nodes
      .filter(({ online }) => online)
      .map(({ name }) => `${name}\n`)
      .join(""),
  };
}

/** The files of a cluster whose text is as on a real one, by their paths below `/etc/pve`. */
export const clusterFiles = (cluster: Cluster): State => ({
  "user.cfg": printUserConfig(cluster.access),
  "domains.cfg": printRealms(cluster.realms),
  "priv/token.cfg": printTokenConfig(cluster.tokenSecrets),
  "storage.cfg": printStorages(cluster.storages),
  "datacenter.cfg": printOptions(cluster.options),
  "jobs.cfg": printJobs(cluster.jobs),
  ...Object.fromEntries([...cluster.guests.values()].map((guest) => [configPath(guest), printConfig(guest.config)])),
});

/** What is secret, so that one sees that it changed and not what it is. */
const sealed = (secrets: ReadonlyMap<string, unknown>): string =>
  [...secrets]
    .map(([id, value]) => [id, JSON.stringify(value)] as const)
    .filter(([, value]) => value !== undefined && value !== "[]")
    .map(([id, value]) => `${id}: ${createHash("sha256").update(value).digest("hex")}\n`)
    .toSorted()
    .join("");

/** What is different, a line each: `- path: line` for what is gone, `+ path: line` for what is new. */
export function differences(before: State, after: State): string[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return paths.flatMap((path) => {
    const [old, now] = [before[path], after[path]].map((text) => (text === undefined ? [] : text.split("\n")));
    if (old === undefined || now === undefined || before[path] === after[path]) return [];
    const gone = without(old, now).map((line) => `- ${path}: ${line}`);
    const fresh = without(now, old).map((line) => `+ ${path}: ${line}`);
    const moved = gone.length + fresh.length === 0 ? [`~ ${path}: the same lines in another order`] : [];
    return [...gone, ...fresh, ...moved];
  });
}

/** The lines that are more often in `some` than in `others`. */
function without(some: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return some.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
