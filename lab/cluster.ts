import { parseRealms, type Realms } from "./access/realms.ts";
import type { SecondFactors } from "./access/second-factors.ts";
import { parseUserConfig, type UserConfig } from "./access/user-config.ts";
import type { Job } from "./backup/job.ts";
import { Chance } from "./chance.ts";
import { Clock } from "./clock.ts";
import { Faults } from "./faults.ts";
import type { Guest } from "./guests/guest.ts";
import type { Visits } from "./host/ssh/visits.ts";
import { ClusterNode, type NodeSpec } from "./node.ts";
import type { Storage } from "./storage/storage.ts";
import type { Volumes } from "./storage/volumes.ts";
import { Tasks } from "./tasks/tasks.ts";

/** The one state behind a simulated cluster: what every node's API answers from. */
export interface Cluster {
  readonly name: string;
  readonly nodes: readonly ClusterNode[];
  access: UserConfig;
  /** What `domains.cfg` holds, in its order. */
  realms: Realms;
  /** What `token.cfg` holds: the secret of each token by its full id. */
  readonly tokenSecrets: Map<string, string>;
  readonly passwords: Map<string, string>;
  /** What `tfa.cfg` holds, by user. */
  readonly tfa: Map<string, SecondFactors>;
  /** What `datacenter.cfg` holds. */
  readonly options: Map<string, string>;
  /** What `storage.cfg` holds, in its order. */
  readonly storages: Map<string, Storage>;
  /** The backups of each place; they stay where a storage is taken out of the file. */
  readonly volumes: Map<string, Volumes>;
  readonly guests: Map<number, Guest>;
  /** What `jobs.cfg` holds, in its order. */
  readonly jobs: Map<string, Job>;
  readonly tasks: Tasks;
  readonly faults: Faults;
  /** How often each call came in, by verb and path, whatever became of it. */
  readonly calls: Map<string, number>;
  /** What came over SSH to the host of each node. */
  readonly visits: Map<string, Visits>;
  readonly chance: Chance;
  readonly clock: Clock;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** A cluster as it is installed: root and its two realms. */
export function newCluster(
  name: string,
  nodes: readonly NodeSpec[],
  how: { clock?: Clock; chance?: Chance } = {},
): Cluster {
  const { clock = new Clock(), chance = new Chance() } = how;
  const faults = new Faults();
  const tasks = new Tasks(clock, chance, (type, id) => faults.ofTask(type, id));
  const made = nodes.map((spec, n) => new ClusterNode(spec, n + 1, clock));
  for (const node of made) node.watch(() => node.online || tasks.lose(node.name));
  return {
    name,
    nodes: made,
    access: parseUserConfig(""),
    realms: parseRealms(""),
    tokenSecrets: new Map(),
    passwords: new Map(),
    tfa: new Map(),
    options: new Map(),
    storages: new Map(),
    volumes: new Map(),
    guests: new Map(),
    jobs: new Map(),
    tasks,
    faults,
    calls: new Map(),
    visits: new Map(),
    chance,
    clock,
    now: () => clock.now(),
  };
}

/** The node of that name. */
export const nodeOf = ({ nodes }: Cluster, name: string): ClusterNode | undefined =>
  nodes.find((node) => node.name === name);

/** Whether more than half of the nodes see each other. */
export const isQuorate = ({ nodes }: Cluster): boolean =>
  nodes.filter(({ online }) => online).length > Math.floor(nodes.length / 2);
