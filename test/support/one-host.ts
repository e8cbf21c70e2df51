import { Clock } from "../../lab/clock.ts";
import { newCluster } from "../../lab/cluster.ts";
import { Hardware, machineOf } from "../../lab/host/machine/hardware.ts";
import type { RunningHost } from "../../lab/host/running.ts";
import { Lab } from "../../lab/lab.ts";
import type { ClusterNode } from "../../lab/node.ts";

/** A lab of one host whose clock stands still. */
export class OneHost {
  readonly lab: Lab;
  readonly host: RunningHost;
  readonly node: ClusterNode;

  private constructor(lab: Lab) {
    this.lab = lab;
    this.host = lab.hosts.of("pve1");
    this.node = this.host.node;
  }

  static async start(hardware: object = {}): Promise<OneHost> {
    const clock = new Clock();
    clock.stop();
    const machine = machineOf(Hardware.parse(hardware));
    const cluster = newCluster("lab", [{ name: "pve1", release: "9.2", machine }], { clock });
    return new OneHost(await Lab.start(cluster, { hosts: true }));
  }

  /** What a line of shell prints, when it goes well. */
  async says(command: string): Promise<string> {
    const { stdout, stderr, code } = await this.host.run({ command });
    if (code !== 0) throw new Error(`${command}: exit ${code}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  write(path: string, text: string): Promise<unknown> {
    return this.host.run(["/bin/sh", "-c", 'cat > "$0"', path], text);
  }

  /** Lets time pass, and waits for what starts then. */
  async pass(seconds: number): Promise<void> {
    this.lab.cluster.clock.step(seconds);
    await this.node.started();
  }

  async reboot(seconds = 32): Promise<void> {
    await this.says("reboot");
    await this.pass(seconds);
  }

  /** Is there when the node has left or come back next, by itself: time runs until then. */
  async changes(): Promise<void> {
    const { clock } = this.lab.cluster;
    const changed = new Promise<void>((done) => this.node.watch(done));
    clock.run(1000);
    await changed;
    clock.stop();
  }

  close(): Promise<void> {
    return this.lab.close();
  }
}
