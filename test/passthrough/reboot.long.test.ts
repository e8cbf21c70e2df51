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

const ARGS = {
  host: "pve1",
  gpus: [{ match: "RTX 3060" }],
  allowHeadless: true,
  reboot: "when-needed",
  confirm: { timeout: 300, comeBack: 30 },
} as const;
const BOARDS = {
  "systemd-boot": { board: "z790", cards: ["RTX 3060"], boot: "systemd-boot" },
  GRUB: { board: "x570", cards: ["RTX 3060"] },
} as const;
const program = join(import.meta.dirname, "../fixture/provider-to-kill.ts");
const LIB = "/var/lib/pve-ops";

for (const loader of ["systemd-boot", "GRUB"] as const)
  describe(`a reboot that goes wrong in some moment, on a host that boots by ${loader}`, function () {
    this.timeout(600_000);
    let on: OnLab;
    let starts = 0;
    beforeEach(async () => {
      const nodes = [{ name: "pve1", hardware: BOARDS[loader] }];
      const cluster = clusterOf(ClusterFile.parse({ name: "reboots", nodes }));
      on = await OnLab.withHosts((session) => lifecycle(kind, session), cluster);
      on.lab.cluster.clock.run(20);
      starts = 0;
      host().node.watch(() => {
        if (host().node.online) starts += 1;
      });
    });
    afterEach(() => on?.close());

    const host = () => on.lab.hosts.of("pve1");
    const there = (path: string) => existsSync(join(host().tree, path));
    const isArmed = () => there(`${LIB}/confirm.json`) || there("/etc/systemd/system/pve-ops-confirm.timer");
    const left = () => on.left().filter((line) => !/\/var\/log\/|initrd\.img/.test(line));
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await pause(2);
    };

    /** Everything is as declared at last, however often it takes a run. */
    async function settles(): Promise<void> {
      let state: object | undefined;
      for (let run = 0; run < 3; run += 1) {
        const { outputs, failed } = await orHalf(state ? on.change("gpu", { ...state }, ARGS) : on.make("gpu", ARGS));
        state = outputs ?? state;
        if (!failed) break;
      }
      expect(await on.isDifferent("gpu", { ...state }, ARGS)).equals(false);
      expect(isArmed()).equals(false);
      await on.remove("gpu", { ...state, onDestroy: { reboot: true } });
      expect(left()).deep.equals([]);
    }

    const MOMENTS: Readonly<Record<string, () => boolean>> = {
      "is about to be armed": () => there(`${LIB}/confirm`),
      "is armed": () => there(`${LIB}/confirm.json`),
      "goes down": () => !host().node.online,
      "is back": () => starts === 1,
      "is confirmed": () => starts === 1 && !there(`${LIB}/confirm.json`),
    };
    for (const [moment, isSo] of Object.entries(MOMENTS))
      it(`is finished by the next run: its run is killed when the host ${moment}`, async () => {
        const child = spawn(process.execPath, [program], { stdio: ["pipe", "ignore", "inherit"] });
        child.stdin.end(JSON.stringify({ config: on.config, args: { ...ARGS, owner: "proj/dev/gpu" } }));
        const ended = once(child, "exit");
        await Promise.race([ended, until(isSo)]);
        child.kill("SIGKILL");
        await ended;
        if (!host().node.online) await until(() => host().node.online);
        await settles();
      });

    for (const skip of [1, 2, 3, 4, 5, 6])
      for (const at of ["before", "during", "after"] as const)
        it(`is finished by the next run: the connection ends ${at} command ${skip + 1}`, async () => {
          on.lab.cluster.faults.ssh({ node: "pve1", skip, times: 1, at, ...(at === "during" ? { bytes: 40 } : {}) });
          await settles();
        });

    it("is told of where the host does not come back; the next run goes on once somebody has switched it on", async () => {
      on.lab.cluster.faults.reboots({ hang: "up" });
      const args = { ...ARGS, confirm: { timeout: 30, comeBack: 30 } };
      const { outputs, failed } = await orHalf(on.make("gpu", args));
      expect(failed).equals(true);
      // As another process would, which did not just see it away.
      on.byHand.nodes[0]?.comeBack();
      await until(() => host().node.online);
      const after = await on.change("gpu", outputs ?? {}, ARGS);
      expect(await on.isDifferent("gpu", after, ARGS)).equals(false);
      expect(isArmed()).equals(false);
    });
  });
