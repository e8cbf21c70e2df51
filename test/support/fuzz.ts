import { Agent } from "node:https";
import { router } from "../../lab/api/route.ts";
import { Chance } from "../../lab/chance.ts";
import type { Lab } from "../../lab/lab.ts";
import { isObject } from "../../lab/schema/check.ts";
import { apiOf, type Method, type Release, type Schema, type Verb } from "../../lab/schema/schema.ts";
import { https } from "./https.ts";
import { forbidden } from "./lab-client.ts";

export interface Fuzzed {
  readonly calls: number;
  readonly byStatus: ReadonlyMap<number, number>;
  /** What an answer said that it must not, by call. */
  readonly wrong: readonly string[];
}

const STATUS = new Set([200, 400, 401, 403, 404, 500, 501]);
const PARALLEL = 16;

/** Sends calls made by chance, from the schema and against it, and looks at each answer. */
export async function fuzz(
  lab: Lab,
  release: Release,
  headers: Readonly<Record<string, string>>,
  calls: number,
  seed: number,
): Promise<Fuzzed> {
  const chance = new Chance(seed);
  const methods = methodsOf(release);
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL, ca: lab.ca });
  const find = router(apiOf(release).paths);
  const byStatus = new Map<number, number>();
  const wrong: string[] = [];
  const api = lab.nodes[0]?.api ?? "";
  let left = calls;
  async function client(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const made = callBy(chance, lab, methods);
      const { status, text } = await https(api, `${made.verb} ${made.path}`, made.params, { headers, agent });
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      const returns = find(made.verb, made.path)?.method.returns;
      const complaint = complaintOf(status, text, returns);
      if (complaint) wrong.push(`${made.verb} ${made.path} ${JSON.stringify(made.params)}: ${complaint}`);
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, client));
  agent.destroy();
  return { calls, byStatus, wrong };
}

interface Callable {
  readonly verb: Verb;
  readonly path: string;
  readonly method: Method;
}

interface Made {
  readonly verb: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

function methodsOf(release: Release): Callable[] {
  const all = Object.entries(apiOf(release).paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, method]) => ({ path, verb: verb as Verb, method })),
  );
  // Not what turns a node off: the rest would only hear that it is away.
  return all.filter(({ path, verb }) => path !== "/nodes/{node}/status" || verb === "GET");
}

function callBy(chance: Chance, lab: Lab, methods: readonly Callable[]): Made {
  // Most of the API is 501 in the lab: what is there is asked more often.
  const near =
    /^\/(?:access|pools|storage|version|cluster\/(?:resources|status|tasks|options|nextid|backup|jobs))|^\/nodes(?:\/\{node\}\/(?:qemu|lxc|tasks|storage|status|time)|$)/;
  const some = chance.below(4) > 0 ? methods.filter(({ path }) => near.test(path)) : methods;
  const { verb, path, method } = pick(chance, some);
  const places = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(placeFor(chance, lab, name)));
  const params: Record<string, string> = {};
  // Of what takes much a call says little as well: else one of it would always be wrong.
  const rarity = pick(chance, [4, 30]);
  for (const [name, schema] of Object.entries(method.parameters.properties ?? {})) {
    if (path.includes(`{${name}}`)) continue;
    if (schema.optional && chance.below(rarity) > 0) continue;
    if (chance.below(20) === 0) continue;
    params[name.replace("[n]", String(chance.below(3)))] = valueFor(chance, lab, name, schema);
  }
  if (chance.below(20) === 0) params[chance.hex(3)] = chance.hex(3);
  return { verb, path: places, params };
}

const pick = <T>(chance: Chance, items: readonly T[]): T => {
  const item = items[chance.below(items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
};

const ODD = [
  "",
  "0",
  "-1",
  "x",
  "a,b;c d",
  "%00",
  "🦊",
  "'\"<>",
  "../..",
  "1e9",
  "null",
  "=",
  "a=b,c",
  "x".repeat(300),
];

/** Something that stands in a place of a path: mostly what is there. */
function placeFor(chance: Chance, { cluster }: Lab, name: string): string {
  if (chance.below(10) === 0) return pick(chance, ODD) || "-";
  const { access } = cluster;
  const tokens = [...access.users].flatMap(([, user]) => [...user.tokens.keys()]).filter((token) => token !== "lab");
  const known: Readonly<Record<string, readonly string[]>> = {
    node: cluster.nodes.map(({ name: node }) => node),
    vmid: [...cluster.guests.keys()].map(String),
    userid: [...access.users.keys()].filter((user) => user !== "root@pam"),
    tokenid: tokens,
    groupid: [...access.groups.keys()],
    roleid: [...access.roles.keys(), "PVEAdmin"],
    poolid: [...access.pools.keys()],
    storage: [...cluster.storages.keys()],
    volume: [...cluster.volumes].flatMap(([id, volumes]) => [...volumes.keys()].map((volume) => `${id}:${volume}`)),
    upid: cluster.tasks.all.map(({ upid }) => upid),
    realm: ["pve", "pam"],
    id: [...cluster.jobs.keys()],
  };
  const items = known[name] ?? [];
  return items.length > 0 && chance.below(4) > 0 ? pick(chance, items) : `fuzz${chance.below(5)}`;
}

function valueFor(chance: Chance, lab: Lab, name: string, schema: Schema): string {
  if (chance.below(8) === 0) return pick(chance, ODD);
  if (schema.enum) return String(pick(chance, schema.enum));
  if (schema.type === "boolean") return String(chance.below(2));
  if (schema.type === "integer" || schema.type === "number") return String((schema.minimum ?? 0) + chance.below(5));
  if (name === "prune-backups") return `keep-last=${chance.below(5)},keep-daily=${chance.below(5)}`;
  if (name === "userid") return `fuzz${chance.below(5)}@pve`;
  if (name === "roles" || name === "privs")
    return pick(chance, ["PVEAuditor", "VM.Audit", "VM.Audit,VM.Backup", "none"]);
  if (name === "path") return pick(chance, ["/", "/vms/101", "/storage/local", "/nonsense", "/mnt/x"]);
  if (name === "schedule") return pick(chance, ["daily", "mon..fri 02:30", "2-30", "1:99:00", "sometimes"]);
  if (name === "timezone") return pick(chance, ["UTC", "Europe/Vienna", "Mars/Phobos"]);
  if (typeof schema.format === "object") {
    const keys = Object.entries(schema.format).filter(() => chance.below(3) === 0);
    return keys.map(([key, part]) => `${key}=${valueFor(chance, lab, key, part)}`).join(",");
  }
  return placeFor(chance, lab, name.replace(/s$/, "id"));
}

function complaintOf(status: number, text: string, returns: Schema | undefined): string | undefined {
  if (!STATUS.has(status)) return `the status is ${status}`;
  if (text.includes("internal error of the lab")) return "the lab itself failed";
  if (status !== 200) return undefined;
  const body: unknown = JSON.parse(text);
  if (!isObject(body)) return `the answer is ${text}`;
  const wrong = forbidden(body["data"], returns);
  return wrong.length > 0 ? `${JSON.stringify(wrong)} in ${text.slice(0, 300)}` : undefined;
}
