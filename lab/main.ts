// npm run lab: starts a simulated cluster and stays until it is interrupted.
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { adminServer } from "./admin.ts";
import type { Cluster } from "./cluster.ts";
import { readCluster, UnusableFile } from "./cluster-file.ts";
import { type Connection, giveRoot, writeConnection } from "./connection.ts";
import { Lab } from "./lab.ts";
import type { Release } from "./schema/schema.ts";
import { shipped, shippedClusters } from "./shipped.ts";

const RELEASES: Readonly<Record<string, Release>> = { "8": "8.4", "8.4": "8.4", "9": "9.2", "9.2": "9.2" };

const USAGE = `usage: npm run lab -- [--cluster FILE] [--nodes N] [--json] [--seed S] [--latency MS] [--pve 8|9]
  --cluster FILE   what to simulate: a file, or one of ${shippedClusters.join(", ")}; homelab if nothing is said
  --nodes N        that many nodes, whatever the file says
  --json           the connection document is the first line on stdout; all else goes to stderr
  --seed S         the same random values each time
  --latency MS     how long every call takes at least, and there and back over SSH
  --pve 8|9        every node runs that release`;

/** Far more than corosync was ever tried with: as many as hosts are worked on at a time. */
const MOST_NODES = 100;

class Misuse extends Error {}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        cluster: { type: "string", default: "homelab" },
        nodes: { type: "string" },
        json: { type: "boolean", default: false },
        seed: { type: "string" },
        latency: { type: "string" },
        pve: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    const release = values.pve !== undefined && Object.hasOwn(RELEASES, values.pve) ? RELEASES[values.pve] : undefined;
    if (values.pve !== undefined && !release) throw new Misuse(`--pve is 8 or 9, not '${values.pve}'`);
    return {
      ...values,
      release,
      cluster: clusterFile(values.cluster),
      nodes: whole("--nodes", values.nodes, 1, MOST_NODES),
      seed: whole("--seed", values.seed, 0),
      latency: whole("--latency", values.latency, 0) ?? 0,
    };
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n${USAGE}`);
    process.exit(2);
  }
}

function whole(name: string, text: string | undefined, least: number, most = Infinity): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  if (!Number.isInteger(number) || number < least || number > most)
    throw new Misuse(`${name} is a whole number ${range}, not '${text}'`);
  return number;
}

function clusterFile(named: string): string {
  // npm runs scripts in the project's folder, and says in which one it was called.
  const given = resolve(process.env["INIT_CWD"] ?? "", named);
  if (existsSync(given)) return given;
  if (shippedClusters.includes(named)) return shipped(named);
  throw new Misuse(`there is no cluster file '${named}'`);
}

function sheet({ pve, nodes, caFile, root, token, stack, admin }: Connection): string {
  return [
    `A simulated Proxmox VE ${pve}. Nothing of it is real, nothing of it leaves this machine.`,
    ...nodes.map(({ name, api, fingerprint }) => `  ${name}  ${api}  ${fingerprint}`),
    ...nodes.flatMap(({ name, ssh }) => (ssh ? [`  ${name}  ssh ${ssh.host} port ${ssh.port}  ${ssh.hostKey}`] : [])),
    `  CA            ${caFile}`,
    `  password      ${root.username} ${root.password}`,
    `  API token     ${token.id}=${token.secret}`,
    `  stack config  ${stack}`,
    `  misbehave     ${admin} (docs/lab.md)`,
    "",
    "Try it:",
    `  curl --cacert ${caFile} -H 'Authorization: PVEAPIToken=${token.id}=${token.secret}' ${nodes[0]?.api}/api2/json/cluster/resources`,
    ...sshLine(nodes),
    "",
    "Ctrl-C ends it.",
  ].join("\n");
}

function sshLine([first]: Connection["nodes"]): string[] {
  if (!first?.ssh) return [];
  const { host, port, user, privateKeyFile } = first.ssh;
  return [`  ssh -i ${privateKeyFile} -o HostKeyAlias=lab-${first.name} -p ${port} ${user}@${host} pveversion`];
}

const { cluster: file, nodes, seed, release, latency, json, help } = options();
if (help) {
  console.log(USAGE);
  process.exit(0);
}

/** What has to be undone at the end, the last first. */
const undo: (() => unknown)[] = [];
let ended = false;
async function end(): Promise<void> {
  if (ended) return;
  ended = true;
  for (const one of undo.toReversed()) await one();
  process.exit(0);
}
// Before anything is there to leave behind: who has read the first line may end it at once.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end());
// Whoever started it may be killed without a chance to say so: then it ends as well.
const starter = process.ppid;
setInterval(() => void (process.ppid === starter || end()), 1000);

function clusterIn(): Cluster {
  try {
    return readCluster(file, { nodes, seed, release });
  } catch (thrown) {
    if (!(thrown instanceof UnusableFile)) throw thrown;
    console.error(thrown.message);
    process.exit(2);
  }
}

const cluster = clusterIn();
cluster.faults.latency = latency;
const credentials = giveRoot(cluster);
const lab = await Lab.start(cluster, { hosts: true });
undo.push(() => lab.close());
const admin = adminServer(lab);
undo.push(() => admin.close().closeAllConnections());
await new Promise<void>((done) => admin.listen(0, "127.0.0.1", done));
const { port } = admin.address() as AddressInfo;
const { connection, remove } = writeConnection(lab, `http://127.0.0.1:${port}`, credentials);
undo.push(remove);
console.log(json ? JSON.stringify(connection) : sheet(connection));
