import { expect } from "chai";
import { failureOf } from "../support/failure.ts";
import { type OnLab, type Outputs, orHalf } from "../support/on-lab.ts";
import { CountedStarts, LOADERS, type Loader, REBOOTS, until } from "./counted-starts.ts";

const BASE = { ...REBOOTS, confirm: { timeout: 300, comeBack: 120 } };
const MODPROBE = "/etc/modprobe.d/pve-ops-gpu.conf";
const ON_VFIO = ["in use: vfio-pci", "in use: vfio-pci"];

describe("the reboot of a host", function () {
  this.timeout(240_000);
  let trial: CountedStarts;
  let on: OnLab;
  const opened = async (loader: Loader, guests: object[] = []) => {
    trial = await CountedStarts.of(loader, guests);
    on = trial.on;
  };
  afterEach(() => on?.close());

  const says = async (command: string) => (await trial.host.run({ command })).stdout;
  const driven = async () => (await says("lspci -nnk -d 10de:")).match(/in use: \S+/g);
  /** Somebody does that, and it counts from the next start on, which he makes. */
  const byHand = async (command: string) => {
    await says(command);
    const back = new Promise<void>((done) => trial.host.node.watch(() => trial.host.node.online && done()));
    await says("reboot");
    await back;
  };
  const bad = (fault: Parameters<(typeof on.lab.cluster.faults)["reboots"]>[0]) => on.lab.cluster.faults.reboots(fault);
  const gone = async (outputs: Outputs) => {
    await on.remove("gpu", { ...outputs, onDestroy: { reboot: true } });
    expect(trial.left()).deep.equals([]);
    expect((await driven())?.join()).not.includes("vfio");
  };

  for (const loader of LOADERS) {
    it(`is shown before, happens once, is proven, and leaves nothing of what would have healed it (${loader})`, async () => {
      await opened(loader);
      expect(JSON.stringify((await on.preview("gpu", BASE))["effects"])).includes('"kind":"reboot"');
      const outputs = await on.make("gpu", BASE);
      expect(trial.starts).equals(1);
      expect(await driven()).deep.equals(ON_VFIO);
      expect(trial.isArmed()).equals(false);
      expect(outputs["rebootPending"]).equals(false);
      expect((await on.preview("gpu", BASE, outputs))["effects"]).deep.equals([]);
      expect(await on.isDifferent("gpu", outputs, BASE)).equals(false);
      await gone(outputs);
      expect(trial.starts).equals(2);
    });

    it(`that brings the command line of before ends as before: the host heals itself and the run says so (${loader})`, async () => {
      await opened(loader);
      bad({ cmdline: "before" });
      const { message } = await failureOf(on.make("gpu", BASE));
      expect(message)
        .matches(/kernel runs without .*iommu=pt/)
        .and.includes("It healed itself: every file is as before");
      expect(trial.starts).equals(2);
      expect(trial.left().filter((line) => !line.includes("pve-ops"))).deep.equals([]);
      expect(trial.isArmed()).equals(false);
      expect((await on.findings("gpu", BASE)).join()).matches(
        /healed pve1: .*since its kernel runs without .*iommu=pt/,
      );
      await gone(await on.make("gpu", BASE));
    });
  }

  for (const [what, fault, words, count] of [
    ["an older kernel", { kernel: "6.5.13-6-pve" }, "it runs the kernel 6.5.13-6-pve, older than", 2],
    ["no network", { network: false }, "nobody confirmed its start", 1],
  ] as const)
    it(`that brings ${what} ends as before: the host heals itself and the run says so`, async () => {
      await opened("GRUB");
      bad(fault);
      const { message } = await failureOf(on.make("gpu", BASE));
      expect(message).includes(words).and.includes("It healed itself: every file is as before");
      expect(trial.starts).equals(count);
      expect(trial.left().filter((line) => !line.includes("pve-ops"))).deep.equals([]);
      expect(trial.isArmed()).equals(false);
    });

  it("is proven though the connection ends in its confirmation, and is refused for a moment then", async () => {
    await opened("systemd-boot");
    const { faults } = on.lab.cluster;
    const { node } = trial.host;
    node.watch(() => {
      if (!node.online) return;
      // The first command looks how it came back.
      faults.ssh({ at: "during", bytes: 1, skip: 1, times: 1 });
      faults.ssh({ at: "connect", skip: 1, times: 2 });
    });
    await on.make("gpu", BASE);
    expect(faults.told().ssh).length(2);
    expect(faults.told().ssh.every(({ seen }) => seen > 1)).equals(true);
    expect(trial.starts).equals(1);
    expect(await driven()).deep.equals(ON_VFIO);
    expect(trial.isArmed()).equals(false);
  });

  it("is proven once where its confirmation had to wait, and was asked for again meanwhile", async () => {
    await opened("systemd-boot");
    const { node } = trial.host;
    node.watch(() => {
      if (!node.online) return;
      void says("mkdir -p -m 700 /run/pve-ops; flock /run/pve-ops/lock sleep 6");
      on.lab.cluster.faults.ssh({ at: "during", milliseconds: 500, skip: 1, times: 1 });
    });
    await on.make("gpu", BASE);
    expect(trial.starts).equals(1);
    expect(await driven()).deep.equals(ON_VFIO);
    expect(trial.isArmed()).equals(false);
  });

  it("that nobody could confirm since it was not reached any more is said to have healed itself", async () => {
    await opened("systemd-boot");
    const { faults } = on.lab.cluster;
    const { node } = trial.host;
    node.watch(() => {
      if (!node.online || trial.starts > 1) return;
      faults.ssh({ at: "before", skip: 1, times: 1 });
      const back = faults.ssh({ at: "connect", skip: 1 });
      node.watch(() => !node.online && back());
    });
    const { message } = await failureOf(on.make("gpu", BASE));
    expect(message).includes("nobody confirmed its start. It healed itself: every file is as before");
    expect(trial.starts).equals(2);
    expect(trial.left().filter((line) => !line.includes("pve-ops"))).deep.equals([]);
    expect(trial.isArmed()).equals(false);
  });

  it("is made up for where it was left to somebody, and not made again where he has seen to it", async () => {
    await opened("systemd-boot");
    const never = await on.make("gpu", { ...BASE, reboot: "never" });
    expect(trial.starts).equals(0);
    const outputs = await on.change("gpu", never, BASE);
    expect(trial.starts).equals(1);
    const added = { ...BASE, kernelParameters: ["pcie_aspm=off"] };
    const written = await on.change("gpu", outputs, { ...added, reboot: "never" });
    await byHand("true");
    const again = await on.change("gpu", written, added);
    expect(trial.starts).equals(2);
    const less = await on.change("gpu", again, { ...BASE, reboot: "never" });
    expect(less["rebootPending"]).equals(true);
    await on.change("gpu", less, BASE);
    expect(trial.starts).equals(3);
    expect(await says("cat /proc/cmdline")).not.includes("pcie_aspm");
  });

  it("may bring an older kernel that is pinned", async () => {
    await opened("GRUB");
    await says("echo 6.5.13-6-pve > /etc/kernel/proxmox-boot-pin");
    bad({ kernel: "6.5.13-6-pve" });
    await on.make("gpu", BASE);
    expect(trial.starts).equals(1);
    expect(await driven()).deep.equals(ON_VFIO);
  });

  it("says at its end what is refused since then, which only that start could show", async () => {
    await opened("systemd-boot");
    await byHand("sed -i 's/$/ intel_iommu=off/' /etc/kernel/cmdline && proxmox-boot-tool refresh");
    await says("sed -i 's/ intel_iommu=off//' /etc/kernel/cmdline");
    const first = { ...BASE, gpus: [{ match: "RTX 3060", functions: [0] }] };
    const told = await on.told(() => on.make("gpu", first));
    expect(told.filter((line) => line.startsWith("groups-unknown"))).length(1);
    expect(told.filter((line) => line.startsWith("refused-since")).join()).matches(
      /0000:01:00\.1 .* shares IOMMU group .*the next run is refused for it/,
    );
  });

  it("that fails goes back to what the host ran with, though somebody else had started it so", async () => {
    await opened("systemd-boot");
    const never = await on.make("gpu", { ...BASE, reboot: "never" });
    await byHand("true");
    bad({ cmdline: "before" });
    const changed = { ...BASE, kernelParameters: ["pcie_aspm=off"] };
    const { failed } = await orHalf(on.change("gpu", never, changed), never);
    expect(failed).equals(true);
    expect(await driven()).deep.equals(ON_VFIO);
    expect(await says("cat /etc/kernel/cmdline"))
      .includes("iommu=pt")
      .and.not.includes("pcie_aspm");
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
    expect(trial.there(MODPROBE)).equals(false);
    await on.make("gpu", { ...BASE, runningGuests: "shutdown" });
    expect(trial.starts).equals(1);
  });

  describe("whose run is killed while it is away", () => {
    beforeEach(async () => {
      await opened("systemd-boot");
      await trial.killed(BASE, () => !trial.host.node.online);
    });

    it("is proven by the next run, without another one", async () => {
      await until(() => trial.starts === 1);
      on.lab.cluster.clock.run(1);
      const outputs = await on.make("gpu", BASE);
      expect(trial.starts).equals(1);
      expect(trial.isArmed()).equals(false);
      expect(await driven()).deep.equals(ON_VFIO);
      expect(await on.isDifferent("gpu", outputs, BASE)).equals(false);
    });

    it("is taken back by the host itself where no run comes", async () => {
      await until(() => trial.starts === 2);
      expect(trial.left().filter((line) => !line.includes("pve-ops"))).deep.equals([]);
      expect(trial.isArmed()).equals(false);
      expect(await driven()).not.deep.equals(ON_VFIO);
      await gone(await on.make("gpu", BASE));
    });
  });

  describe("that a destroy makes", () => {
    const off = (outputs: Outputs) => ({ ...outputs, onDestroy: { reboot: true } });

    it("is not made where nothing of it was in effect yet", async () => {
      await opened("GRUB");
      await on.remove("gpu", off(await on.make("gpu", { ...BASE, reboot: "never" })));
      expect(trial.starts).equals(0);
      expect(trial.left()).deep.equals([]);
    });

    it("is not made twice: where guests keep it, and somebody reboots, the next destroy just looks", async () => {
      await opened("GRUB", [{ vmid: 101, type: "qemu", node: "pve1" }]);
      const outputs = await on.make("gpu", BASE);
      on.byHand;
      await says("qm start 101");
      const { message } = await failureOf(on.remove("gpu", off(outputs)));
      expect(message).includes("VM 101 runs there").and.includes("then run pulumi destroy again");
      expect(await driven()).deep.equals(ON_VFIO);
      await byHand("true");
      await on.remove("gpu", off(outputs));
      expect(trial.starts).equals(2);
      expect(trial.left()).deep.equals([]);
    });
  });

  it("that its admin's guard refuses leaves everything written and nothing armed", async () => {
    await opened("GRUB");
    const guard = "/usr/local/sbin/reboot";
    await says(
      `mkdir -p /usr/local/sbin; printf '#!/bin/sh\\necho not now >&2; exit 1\\n' > ${guard}; chmod 755 ${guard}`,
    );
    const { outputs, why } = await orHalf(on.make("gpu", BASE));
    expect(why).includes("its reboot command refused: not now").and.includes("then run pulumi up again");
    expect(trial.isArmed()).equals(false);
    expect(trial.there(MODPROBE)).equals(true);
    await says(`rm ${guard}; rmdir /usr/local/sbin || true`);
    await on.change("gpu", outputs ?? {}, BASE);
    expect(trial.starts).equals(1);
    expect(await driven()).deep.equals(ON_VFIO);
  });
});
