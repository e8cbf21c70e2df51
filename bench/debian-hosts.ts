import { filesOf } from "../lab/host/files.ts";
import { differences, type State } from "../lab/state.ts";
import { DebianHost } from "../test/debian/host.ts";
import { GTX_1080 } from "../test/debian/pci-bus.ts";
import { why } from "../test/debian/why.ts";
import type { Counts, Ground } from "./ground.ts";

// What is measured is the editing: an image or a menu is built by nobody.
const NOTHING = "#!/bin/sh\n";

/** Hosts of a real Debian, each with a real sshd. */
export class DebianHosts implements Ground {
  readonly #hosts: readonly DebianHost[];
  readonly #seen = new Map<DebianHost, number>();

  static async start(count: number): Promise<DebianHosts> {
    const reason = await why();
    if (reason !== undefined) throw new Error(`hosts of a real Debian cannot be had here: ${reason}`);
    const programs = { "update-initramfs": NOTHING, "update-grub": NOTHING };
    const hosts: DebianHost[] = [];
    try {
      for (let n = 1; n <= count; n += 1)
        hosts.push(await DebianHost.start({ name: `pve${n}`, pci: GTX_1080, programs, sshd: ["LogLevel VERBOSE"] }));
      return new DebianHosts(hosts);
    } catch (thrown) {
      await Promise.all(hosts.map((host) => host.close()));
      throw thrown;
    }
  }

  private constructor(hosts: readonly DebianHost[]) {
    this.#hosts = hosts;
  }

  get hosts() {
    return this.#hosts.map(({ name, login: { sshConfig } }) => ({ name, sshConfig }));
  }

  config(size: number) {
    const nodes = this.#hosts.slice(0, size).map(({ name, login: { address, port, keyFile, hostKey } }) => {
      const ssh = { port, privateKeyFile: keyFile, knownHosts: [`[${address}]:${port} ${hostKey}`] };
      return [name, { address, ssh }] as const;
    });
    return { "pve:ssh": { user: "root" }, "pve:nodes": Object.fromEntries(nodes) };
  }

  async state(): Promise<State> {
    const each = this.#hosts.map((host) => filesOf(host.path("/etc"), `hosts/${host.name}/etc/`));
    return Object.assign({}, ...each);
  }

  async differencesFrom(state: State): Promise<readonly string[]> {
    return differences(state, await this.state());
  }

  /** As each sshd tells it. */
  async counts(): Promise<Counts> {
    const lines = this.#hosts.flatMap((host) => {
      const from = this.#seen.get(host) ?? 0;
      this.#seen.set(host, host.log.length);
      return host.log.slice(from);
    });
    const those = (words: string) => lines.filter((line) => line.startsWith(words)).length;
    return { requests: those("Starting session: "), connections: those("Accepted publickey ") };
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
  }
}
