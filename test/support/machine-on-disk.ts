import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Clock } from "../../lab/clock.ts";
import { type Cluster, newCluster } from "../../lab/cluster.ts";
import type { Answer } from "../../lab/host/command.ts";
import { commands } from "../../lab/host/commands/commands.ts";
import { type HostsFolder, hostsFolder } from "../../lab/host/folder.ts";
import type { Host } from "../../lab/host/host.ts";
import { Hardware, machineOf } from "../../lab/host/machine/hardware.ts";
import { type HostMachine, hostMachine } from "../../lab/host/machine/host-machine.ts";
import { lay } from "../../lab/host/tree/entry.ts";
import { kernelFiles } from "../../lab/host/tree/kernel-files.ts";
import { network } from "../../lab/host/tree/network.ts";
import type { Release } from "../../lab/schema/schema.ts";

/** A host that is up, with its files in a folder of this machine and nothing that runs. */
export class MachineOnDisk {
  readonly host: Host;
  readonly cluster: Cluster;
  readonly machine: HostMachine;
  /** How it was told to go down, each time. */
  readonly downs: string[] = [];
  readonly #folder: HostsFolder = hostsFolder();

  constructor(hardware: unknown, release: Release = "9.2") {
    const tree = join(this.#folder.path, "tree");
    mkdirSync(tree);
    const clock = new Clock(Date.parse("2026-03-01T12:00:00Z"));
    clock.stop();
    this.cluster = newCluster("lab", [{ name: "pve1", release, machine: machineOf(Hardware.parse(hardware)) }], {
      clock,
    });
    const [node] = this.cluster.nodes;
    if (!node) throw new Error("the cluster has no node");
    lay(tree, { ...kernelFiles, ...network(this.cluster, node) });
    this.host = { cluster: this.cluster, node, tree, goDown: (how) => this.downs.push(how) };
    this.machine = hostMachine(this.host);
    this.machine.install();
    this.machine.start();
  }

  /** Calls one of the host's programs, as `lspci -nn`. */
  async call(line: string): Promise<Required<Answer>> {
    const [name = "", ...argv] = line.split(" ");
    const path = Object.keys(commands).find((one) => one.endsWith(`/${name}`)) ?? "";
    const command = commands[path];
    if (!command) throw new Error(`the host has no program '${name}'`);
    return { stdout: "", stderr: "", code: 0, ...(await command({ host: this.host, path, argv, cwd: "/root" })) };
  }

  remove(): void {
    void this.#folder.remove();
  }
}
