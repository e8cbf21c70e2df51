import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { lifecycle } from "#providers/core/lifecycle.ts";
import { kind } from "#providers/passthrough/vfio-host-config.provider.ts";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { OnLab, orHalf } from "../support/on-lab.ts";

const NODE = "pve1";
const ARGS = { host: NODE, gpus: [{ match: "RTX 3060" }] };
const HARDWARE = { board: "z790", cards: ["RTX 3060"], boot: "systemd-boot" };
const program = join(import.meta.dirname, "../fixture/provider-to-kill.ts");
const JOURNAL = "/var/lib/pve-ops";
/** What comes to be on the host, one after the other. */
const MOMENTS = [
  "/run/pve-ops/lock",
  `${JOURNAL}/resource-gpu.json`,
  "/etc/modprobe.d/pve-ops-gpu.conf",
  "/var/log/pve-ops/gpu-initramfs.log",
  "/var/log/pve-ops/gpu-boot-entries.log",
];

describe("a provider process that is killed in the middle", function () {
  this.timeout(120_000);
  let on: OnLab;
  before(async () => {
    const cluster = clusterOf(ClusterFile.parse({ name: "one", nodes: [{ name: NODE, hardware: HARDWARE }] }));
    on = await OnLab.withHosts((session) => lifecycle(kind, session), cluster);
  });
  after(() => on?.close());

  const there = (path: string) => existsSync(join(on.lab.hosts.of(NODE).tree, path));
  /** Logs and images that were built anew aside. */
  const left = () => on.left().filter((line) => !/\/var\/log\/|initrd\.img/.test(line));

  /** Runs a provider process until it ended, or that is there on the host. */
  async function killed(moment: string, state?: object): Promise<void> {
    const child = spawn(process.execPath, [program], { stdio: ["pipe", "ignore", "inherit"] });
    child.stdin.end(JSON.stringify({ config: on.config, args: { ...ARGS, owner: "proj/dev/gpu" }, state }));
    const ended = once(child, "exit");
    while (child.exitCode === null && !there(moment)) await pause(2);
    child.kill("SIGKILL");
    await ended;
  }

  for (const moment of MOMENTS)
    it(`leaves what the next run finishes and a destroy takes away: when ${moment} is there`, async () => {
      await on.lab.hosts.of(NODE).run({ command: "rm -rf /var/log/pve-ops /run/pve-ops/lock" });
      await killed(moment);
      const { outputs, failed } = await orHalf(on.make("gpu", ARGS));
      expect(failed).equals(false);
      expect(await on.isDifferent("gpu", outputs ?? {}, ARGS)).equals(false);
      await on.lab.hosts.of(NODE).run({ command: "rm -rf /var/log/pve-ops /run/pve-ops/lock" });
      await killed(moment.includes("/log/") ? moment : "/run/pve-ops/lock", outputs);
      await on.remove("gpu", outputs ?? {});
      expect(left()).deep.equals([]);
    });
});
