import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { lifecycle } from "#providers/core/lifecycle.ts";
import { kind } from "#providers/passthrough/vfio-host-config.provider.ts";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { failureOf } from "../support/failure.ts";
import { OnLab, type Outputs, orHalf } from "../support/on-lab.ts";

const HARDWARE = {
  "systemd-boot": { board: "z790", cards: ["RTX 3060"], boot: "systemd-boot" },
  GRUB: { board: "x570", cards: ["RTX 3060"] },
} as const;
/** Lab seconds in a real one. */
const SPEED = 20;
const BASE = {
  host: "pve1",
  gpus: [{ match: "RTX 3060" }],
  allowHeadless: true,
  reboot: "when-needed",
  confirm: { timeout: 300, comeBack: 120 },
} as const;
const MODPROBE = "/etc/modprobe.d/pve-ops-gpu.conf";
const ON_VFIO = ["in use: vfio-pci", "in use: vfio-pci"];

describe("the reboot of a host", function () {
  this.timeout(240_000);
  let on: OnLab;
  let starts = 0;

  /** A lab of one host, of which every start is counted. */
  async function opened(loader: keyof typeof HARDWARE, guests: object[] = []): Promise<void> {
    const nodes = [{ name: "pve1", hardware: HARDWARE[loader] }];
    const cluster = clusterOf(ClusterFile.parse({ name: "reboots", nodes, guests }));
    on = await OnLab.withHosts((session) => lifecycle(kind, session), cluster);
    on.lab.cluster.clock.run(SPEED);
    starts = 0;
    host().node.watch(() => {
      if (host().node.online) starts += 1;
    });
  }
  afterEach(() => on?.close());

  const host = () => on.lab.hosts.of("pve1");
  const says = async (command: string) => (await host().run({ command })).stdout;
  const there = (path: string) => existsSync(join(host().tree, path));
  const driven = async () => (await says("lspci -nnk -d 10de:")).match(/in use: \S+/g);
  /** Logs and images that were built anew aside. */
  const left = () => on.left().filter((line) => !/\/var\/log\/|initrd\.img/.test(line));
  const isArmed = () => there("/var/lib/pve-ops/confirm.json") || there("/etc/systemd/system/pve-ops-confirm.timer");
  const bad = (fault: Parameters<(typeof on.lab.cluster.faults)["reboots"]>[0]) => on.lab.cluster.faults.reboots(fault);
  const gone = async (outputs: Outputs) => {
    await on.remove("gpu", { ...outputs, onDestroy: { reboot: true } });
    expect(left()).deep.equals([]);
    expect((await driven())?.join()).not.includes("vfio");
  };

  for (const loader of ["systemd-boot", "GRUB"] as const) {
    it(`is shown before, happens once, is proven, and leaves nothing of what would have healed it (${loader})`, async () => {
      await opened(loader);
      expect(JSON.stringify((await on.preview("gpu", BASE))["effects"])).includes('"kind":"reboot"');
      const outputs = await on.make("gpu", BASE);
      expect(starts).equals(1);
      expect(await driven()).deep.equals(ON_VFIO);
      expect(isArmed()).equals(false);
      expect(outputs["rebootPending"]).equals(false);
      expect((await on.preview("gpu", BASE, outputs))["effects"]).deep.equals([]);
      expect(await on.isDifferent("gpu", outputs, BASE)).equals(false);
      await gone(outputs);
      expect(starts).equals(2);
    });

    it(`that brings the command line of before ends as before: the host heals itself and the run says so (${loader})`, async () => {
      await opened(loader);
      bad({ cmdline: "before" });
      const { message } = await failureOf(on.make("gpu", BASE));
      expect(message)
        .matches(/kernel runs without .*iommu=pt/)
        .and.includes("It healed itself: every file is as before");
      expect(starts).equals(2);
      expect(left().filter((line) => !line.includes("pve-ops"))).deep.equals([]);
      expect(isArmed()).equals(false);
      expect((await on.findings("gpu", BASE)).join()).matches(
        /healed pve1: .*since its kernel runs without .*iommu=pt/,
      );
      await gone(await on.make("gpu", BASE));
    });
  }

  for (const [what, fault, words, count] of [
    ["an older kernel", { kernel: "6.5.13-6-pve" }, "it runs the kernel 6.5.13-6-pve, older than", 2],
    ["no network", { network: false }, "nobody could confirm its start in time", 1],
  ] as const)
    it(`that brings ${what} ends as before: the host heals itself and the run says so`, async () => {
      await opened("GRUB");
      bad(fault);
      const { message } = await failureOf(on.make("gpu", BASE));
      expect(message).includes(words).and.includes("It healed itself: every file is as before");
      expect(starts).equals(count);
      expect(left().filter((line) => !line.includes("pve-ops"))).deep.equals([]);
      expect(isArmed()).equals(false);
    });

  it("is made up for where it was left to somebody, and not made again where he has seen to it", async () => {
    await opened("systemd-boot");
    const never = await on.make("gpu", { ...BASE, reboot: "never" });
    expect(starts).equals(0);
    const outputs = await on.change("gpu", never, BASE);
    expect(starts).equals(1);
    const added = { ...BASE, kernelParameters: ["pcie_aspm=off"] };
    const written = await on.change("gpu", outputs, { ...added, reboot: "never" });
    const back = new Promise<void>((done) => host().node.watch(() => host().node.online && done()));
    await says("reboot");
    await back;
    await on.change("gpu", written, added);
    expect(starts).equals(2);
  });

  it("that fails goes back to what was proven last, not to nothing", async () => {
    await opened("systemd-boot");
    const outputs = await on.make("gpu", BASE);
    bad({ cmdline: "before" });
    const changed = { ...BASE, kernelParameters: ["pcie_aspm=off"] };
    const { outputs: half, failed } = await orHalf(on.change("gpu", outputs, changed), outputs);
    expect(failed).equals(true);
    expect(await driven()).deep.equals(ON_VFIO);
    expect(await says("cat /proc/cmdline /etc/kernel/cmdline"))
      .includes("iommu=pt")
      .and.not.includes("pcie_aspm");
    const after = await on.change("gpu", half ?? {}, BASE);
    expect(await on.isDifferent("gpu", after, BASE)).equals(false);
    await gone(after);
  });

  it("does not happen while guests run there, unless it may shut them down", async () => {
    await opened("GRUB", [{ vmid: 101, type: "qemu", node: "pve1", running: true }]);
    expect((await on.findings("gpu", BASE)).join()).includes("VM 101 runs there");
    expect((await failureOf(on.make("gpu", BASE))).message).includes("VM 101 runs there");
    expect(there(MODPROBE)).equals(false);
    await on.make("gpu", { ...BASE, runningGuests: "shutdown" });
    expect(starts).equals(1);
  });

  describe("whose run is killed while it is away", () => {
    const program = join(import.meta.dirname, "../fixture/provider-to-kill.ts");
    beforeEach(async () => {
      await opened("systemd-boot");
      const child = spawn(process.execPath, [program], { stdio: ["pipe", "ignore", "inherit"] });
      child.stdin.end(JSON.stringify({ config: on.config, args: { ...BASE, owner: "proj/dev/gpu" } }));
      const [ended, away] = [once(child, "exit"), until(() => !host().node.online)];
      await Promise.race([ended, away]);
      child.kill("SIGKILL");
      await ended;
    });
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await pause(5);
    };

    it("is proven by the next run, without another one", async () => {
      await until(() => starts === 1);
      const outputs = await on.make("gpu", BASE);
      expect(starts).equals(1);
      expect(isArmed()).equals(false);
      expect(await driven()).deep.equals(ON_VFIO);
      expect(await on.isDifferent("gpu", outputs, BASE)).equals(false);
    });

    it("is taken back by the host itself where no run comes", async () => {
      await until(() => starts === 2);
      expect(left().filter((line) => !line.includes("pve-ops"))).deep.equals([]);
      expect(isArmed()).equals(false);
      expect(await driven()).not.deep.equals(ON_VFIO);
      await gone(await on.make("gpu", BASE));
    });
  });

  it("that its admin's guard refuses leaves everything written and nothing armed", async () => {
    await opened("GRUB");
    const guard = "/usr/local/sbin/reboot";
    await says(
      `mkdir -p /usr/local/sbin; printf '#!/bin/sh\\necho not now >&2; exit 1\\n' > ${guard}; chmod 755 ${guard}`,
    );
    const { outputs, failed } = await orHalf(on.make("gpu", BASE));
    expect(failed).equals(true);
    expect(isArmed()).equals(false);
    expect(there(MODPROBE)).equals(true);
    await says(`rm ${guard}; rmdir /usr/local/sbin || true`);
    await on.change("gpu", outputs ?? {}, BASE);
    expect(starts).equals(1);
    expect(await driven()).deep.equals(ON_VFIO);
  });
});
