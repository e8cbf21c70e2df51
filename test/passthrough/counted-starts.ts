import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lifecycle } from "#providers/core/lifecycle.ts";
import { kind } from "#providers/passthrough/vfio-host-config.provider.ts";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { OnLab } from "../support/on-lab.ts";

const HARDWARE = {
  "systemd-boot": { board: "z790", cards: ["RTX 3060"], boot: "systemd-boot" },
  GRUB: { board: "x570", cards: ["RTX 3060"] },
} as const;
export type Loader = keyof typeof HARDWARE;
export const LOADERS: readonly Loader[] = ["systemd-boot", "GRUB"];

/** What makes such a host reboot. */
export const REBOOTS = {
  host: "pve1",
  gpus: [{ match: "RTX 3060" }],
  allowHeadless: true,
  reboot: "when-needed",
} as const;

/** Lab seconds in a real one. */
const SPEED = 20;
const PROGRAM = join(import.meta.dirname, "../fixture/provider-to-kill.ts");

/** A lab of one host, `pve1`, of which every start is counted. */
export class CountedStarts {
  readonly on: OnLab;
  starts = 0;

  private constructor(on: OnLab) {
    this.on = on;
    on.lab.cluster.clock.run(SPEED);
    this.host.node.watch(() => {
      if (this.host.node.online) this.starts += 1;
    });
  }

  static async of(loader: Loader, guests: object[] = []): Promise<CountedStarts> {
    const nodes = [{ name: "pve1", hardware: HARDWARE[loader] }];
    const cluster = clusterOf(ClusterFile.parse({ name: "reboots", nodes, guests }));
    return new CountedStarts(await OnLab.withHosts((session) => lifecycle(kind, session), cluster));
  }

  get host() {
    return this.on.lab.hosts.of("pve1");
  }

  there(path: string): boolean {
    return existsSync(join(this.host.tree, path));
  }

  isArmed(): boolean {
    return this.there("/var/lib/pve-ops/confirm.json") || this.there("/etc/systemd/system/pve-ops-confirm.timer");
  }

  /** What differs from before; logs, and images that were built anew, aside. */
  left(): string[] {
    return this.on.left().filter((line) => !/\/var\/log\/|initrd\.img/.test(line));
  }

  /** Makes the resource in a process of its own, or removes what is in that state, until that is so: then it is killed. */
  async killed(args: object, isSo: () => boolean, state?: object): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "ignore", "inherit"] });
    child.stdin.end(JSON.stringify({ config: this.on.config, args: { ...args, owner: "proj/dev/gpu" }, state }));
    const ended = once(child, "exit");
    await Promise.race([ended, until(isSo)]);
    child.kill("SIGKILL");
    await ended;
  }
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(2);
}
