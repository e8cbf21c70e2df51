import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { newCluster } from "../../lab/cluster.ts";
import { type ControlHandler, controlTarget } from "../../lab/host/controls.ts";
import type { Host } from "../../lab/host/host.ts";
import { type Output, outputOf } from "../../lab/host/output.ts";
import { type Circumstances, type Fittings, HostProcesses, type Program } from "../../lab/host/processes.ts";

const NO_CONTROLS: ControlHandler = { read: () => ({ errno: "EIO" }), write: () => ({ errno: "EIO" }) };

/** Hosts of the barest kind, each up and with a tree that holds next to nothing. */
export class TrialHosts {
  readonly processes: HostProcesses;
  readonly hosts: readonly Host[];
  /** Holds all that is theirs on this machine. */
  readonly folder: string;

  private constructor(processes: HostProcesses, hosts: readonly Host[], folder: string) {
    this.processes = processes;
    this.hosts = hosts;
    this.folder = folder;
  }

  static async start(names: readonly string[], fittings: Partial<Fittings> = {}): Promise<TrialHosts> {
    const folder = mkdtempSync(join(tmpdir(), "pve-ops-hosts-"));
    const cluster = newCluster(
      "trial",
      names.map((name) => ({ name, release: "9.2" })),
    );
    const hosts = cluster.nodes.map((node) => ({
      cluster,
      node,
      tree: join(folder, node.name, "tree"),
      goDown: () => undefined,
    }));
    for (const { tree } of hosts) mkdirSync(join(tree, "etc"), { recursive: true });
    const processes = await HostProcesses.start({ commands: {}, controls: NO_CONTROLS, ...fittings });
    const trial = new TrialHosts(processes, hosts, folder);
    await Promise.all(hosts.map((host) => processes.boot(host)));
    return trial;
  }

  host(name: string): Host {
    const host = this.hosts.find(({ node }) => node.name === name);
    if (!host) throw new Error(`no host ${name}`);
    return host;
  }

  run(name: string, program: Program, circumstances: Circumstances = {}, input = ""): Promise<Output> {
    return outputOf(this.processes.start(this.host(name), program, circumstances), input);
  }

  /** What a line of shell prints, when it goes well. */
  async says(name: string, command: string): Promise<string> {
    const { stdout, stderr, code } = await this.run(name, { command });
    if (code !== 0) throw new Error(`${command}: exit ${code}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Lays a file below the folder that a host's tree is in. */
  lay(name: string, path: string, text: string): void {
    const place = join(this.folder, name, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  layControl(name: string, path: string): void {
    const place = join(this.folder, name, "tree", path);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(controlTarget(path), place);
  }

  async close(): Promise<void> {
    await this.processes.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Skips the tests of a suite where hosts cannot have programs of their own. */
export async function needsHosts(suite: Mocha.Context): Promise<void> {
  const why = await HostProcesses.isPossible();
  if (why === undefined) return;
  console.log(why);
  suite.skip();
}
