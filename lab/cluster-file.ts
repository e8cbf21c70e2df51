import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { asText } from "./api/api-error.ts";
import { dispatch } from "./api/dispatch.ts";
import { addListed, ListedBackups } from "./backup/listed-backups.ts";
import { Bytes } from "./bytes.ts";
import { Chance } from "./chance.ts";
import type { Clock } from "./clock.ts";
import { type Cluster, newCluster, nodeOf } from "./cluster.ts";
import { newConfig } from "./guests/guest.ts";
import { Hardware, machineOf } from "./host/machine/hardware.ts";
import type { Release } from "./schema/schema.ts";
import { isTimeZone } from "./time-zone.ts";

/** In YAML, 9.2 is a number. */
const KnownRelease = z.preprocess(
  (release) => (typeof release === "number" ? String(release) : release),
  z.enum(["8.4", "9.2"], "a release here is 8.4 or 9.2"),
);

const Node = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/, "a node's name is a host's: letters, digits and dashes"),
  release: KnownRelease.optional(),
  ip: z.union([z.ipv4(), z.ipv6()], "this is no address").optional(),
  cpu: z
    .strictObject({
      model: z.string(),
      sockets: z.int().positive().default(1),
      cores: z.int().positive(),
      threads: z.int().positive().optional(),
    })
    .transform((cpu) => ({ ...cpu, threads: cpu.threads ?? cpu.cores }))
    .optional(),
  memory: Bytes.optional(),
  disk: Bytes.optional(),
  timezone: z.string().refine(isTimeZone, "there is no such time zone").optional(),
  hardware: Hardware.optional(),
  mollyGuard: z.boolean().optional(),
});

const Scalar = z.union([z.string(), z.number(), z.boolean().transform(Number)]).transform(String);
/** What the API takes as parameters: it says itself what is wrong with them. */
const Params = z.record(z.string(), Scalar);

const Storage = z
  .object({ capacity: Bytes.optional(), used: Bytes.optional() })
  .catchall(Scalar)
  .refine(({ capacity = Number.POSITIVE_INFINITY, used = 0 }) => used <= capacity, "more is used than there is");
const Guest = z
  .object({
    vmid: z.int().min(100),
    type: z.enum(["qemu", "lxc"]),
    node: z.string(),
    running: z.boolean().default(false),
  })
  .catchall(Scalar);
const Job = z.record(z.string(), z.union([Scalar, z.array(Scalar)]));
const Token = z.object({ tokenid: z.string(), value: z.string().optional() }).catchall(Scalar);
const User = z.object({ tokens: z.array(Token).default([]) }).catchall(Scalar);

/** What a cluster file may say. Beyond what is named here it takes the API's own parameters. */
export const ClusterFile = z.strictObject({
  name: z.string().describe("the cluster's"),
  release: KnownRelease.default("9.2").describe("`8.4` or `9.2`, for nodes that say nothing"),
  nodes: z
    .array(Node)
    .min(1)
    .refine((nodes) => new Set(nodes.map(({ name }) => name)).size === nodes.length, "two nodes have one name")
    .describe(
      "`name`, `release`, `ip`, `cpu` (`model`, `sockets`, `cores`, `threads`), `memory`, `disk`, `timezone` and `hardware` " +
        "of each, and whether its host has `mollyGuard` before its `reboot`",
    ),
  options: Params.default({}).describe("of the datacenter, as `PUT /cluster/options` takes them"),
  realms: z.array(Params).default([]).describe("as `POST /access/domains` takes them"),
  storages: z
    .array(Storage)
    .default([])
    .describe(
      "as `POST /storage` takes them, with `capacity`, and `used` beside the backups below, which of several nodes " +
        "each one has",
    ),
  guests: z
    .array(Guest)
    .default([])
    .describe("`vmid`, `type` (`qemu` or `lxc`), `node`, `running`, and what the guest's `config` takes"),
  backups: z
    .array(ListedBackups)
    .default([])
    .describe(
      "`storage`, `vmid` (one, or a list: three minutes apart), and either `last`, like `40 days`, with `at`, like " +
        "`02:00`, or `times`, like `2026-01-31 02:00:00` by the node's clock, or with a `Z`; `size`, `notes`, " +
        "`protected`; `name` of one that was renamed; `node`, `type` where it is not the guest's",
    ),
  roles: z.array(Params).default([]).describe("as `POST /access/roles` takes them"),
  groups: z.array(Params).default([]).describe("as `POST /access/groups` takes them"),
  users: z
    .array(User)
    .default([])
    .describe(
      "as `POST /access/users` takes them, with `tokens`: as that call takes them, with `tokenid` and, to know it, `value`",
    ),
  pools: z.array(Params).default([]).describe("`poolid`, `comment`, `vms`, `storage`"),
  acl: z.array(Params).default([]).describe("as `PUT /access/acl` takes them"),
  jobs: z.array(Job).default([]).describe("for backups, as `POST /cluster/backup` takes them"),
});

export type ClusterFile = z.infer<typeof ClusterFile>;

export interface How {
  /** Instead of what the file says. */
  readonly release?: Release | undefined;
  /** That many nodes: the file's own first, then more of the last one's kind. */
  readonly nodes?: number | undefined;
  readonly seed?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Whoever wrote the file can mend it by the words alone. */
export class UnusableFile extends Error {}

/** The cluster that a file describes. */
export function readCluster(file: string, how: How = {}): Cluster {
  try {
    return clusterOf(ClusterFile.parse(parse(readFileSync(file, "utf8"))), how);
  } catch (thrown) {
    const words = thrown instanceof z.ZodError ? z.prettifyError(thrown) : asText(thrown);
    throw new UnusableFile(`the cluster file ${file} cannot be used: ${words}`, { cause: thrown });
  }
}

export function clusterOf(file: ClusterFile, { release, nodes = file.nodes.length, seed, clock }: How = {}): Cluster {
  const specs = grown(file.nodes, nodes).map(({ hardware, ...node }) => ({
    ...node,
    release: release ?? node.release ?? file.release,
    machine: hardware && machineOf(hardware),
  }));
  const cluster = newCluster(file.name, specs, { chance: new Chance(seed), ...(clock ? { clock } : {}) });
  const root = callerOf(cluster);
  for (const realm of file.realms) root("POST /access/domains", realm);
  for (const role of file.roles) root("POST /access/roles", role);
  for (const group of file.groups) root("POST /access/groups", group);
  for (const { tokens, ...user } of file.users) {
    root("POST /access/users", user);
    for (const { tokenid, value, ...token } of tokens) {
      root(`POST /access/users/${user["userid"]}/token/${tokenid}`, token);
      if (value !== undefined) cluster.tokenSecrets.set(`${user["userid"]}!${tokenid}`, value);
    }
  }
  for (const { capacity, used, ...storage } of file.storages) {
    root("POST /storage", storage);
    const made = cluster.storages.get(String(storage["storage"]));
    if (made && capacity !== undefined) made.total = capacity;
    if (made && used !== undefined) made.used = used;
  }
  for (const guest of file.guests) {
    if (!file.nodes.some(({ name }) => name === guest.node))
      throw new Error(`guest ${guest.vmid} is on '${guest.node}', which is no node of the file`);
    addGuest(cluster, guest, root);
  }
  const types = new Map(file.guests.map(({ vmid, type }) => [vmid, type]));
  for (const listed of file.backups) addListed(cluster, listed, types);
  for (const { poolid = "", comment, ...members } of file.pools) {
    root("POST /pools", comment === undefined ? { poolid } : { poolid, comment });
    if (Object.keys(members).length > 0) root(`PUT /pools/${poolid}`, members);
  }
  for (const entry of file.acl) root("PUT /access/acl", entry);
  for (const job of file.jobs) root("POST /cluster/backup", job);
  if (Object.keys(file.options).length > 0) root("PUT /cluster/options", file.options);
  return cluster;
}

function grown(nodes: ClusterFile["nodes"], count: number): ClusterFile["nodes"] {
  const last = nodes.at(-1);
  const more = Array.from({ length: Math.max(0, count - nodes.length) }, (_, n) => ({
    ...last,
    name: `pve-${nodes.length + n + 1}`,
    ip: undefined,
  }));
  return [...nodes.slice(0, count), ...more];
}

/** What says which one it is, and is no secret. */
const IDS = ["userid", "groupid", "roleid", "realm", "storage", "poolid", "path", "id"];

type Caller = (call: string, params: Readonly<Record<string, string | string[]>>) => void;

/** Does what the file says the way root would, through the API, so that it is held to the API's rules. */
const callerOf =
  (cluster: Cluster): Caller =>
  (call, params) => {
    const [node] = cluster.nodes;
    const [verb = "", path = ""] = call.split(" ");
    if (!node) return;
    try {
      dispatch(cluster, node, { verb, path, params, holder: "root@pam", byToken: false });
    } catch (thrown) {
      const named = IDS.map((id) => params[id]).find((id) => id !== undefined);
      throw new Error(`${call}${named === undefined ? "" : ` of ${named}`}: ${asText(thrown)}`, { cause: thrown });
    }
  };

function addGuest(cluster: Cluster, guest: ClusterFile["guests"][number], root: Caller): void {
  const { vmid, type, node, running, ...values } = guest;
  if (cluster.guests.has(vmid)) throw new Error(`there are two guests ${vmid}`);
  // A cluster that is made smaller than its file leaves out what would stand on the nodes that are not there.
  if (!nodeOf(cluster, node)) return;
  cluster.guests.set(vmid, { vmid, type, node, config: newConfig(), startedAt: undefined });
  if (Object.keys(values).length > 0) root(`PUT /nodes/${node}/${type}/${vmid}/config`, values);
  const made = cluster.guests.get(vmid);
  if (made && running) made.startedAt = cluster.now() - 3600;
}
