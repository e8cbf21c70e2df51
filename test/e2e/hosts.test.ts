import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot, hostsConfig } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, type State } from "../../lab/state.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { bad, destroy, fixture, good, preview, refresh, up } from "../support/fixture.ts";

const program = join(import.meta.dirname, "../fixture/programs/tokens");
/** Booted by GRUB, by systemd-boot, on BIOS, and by GRUB for Secure Boot. */
const GPUS = [
  { name: "amd", host: "farm-01", gpus: [{ match: "GTX 1080" }] },
  { name: "zfs", host: "farm-03", gpus: [{ match: "RTX 3060" }] },
  { name: "bios", host: "farm-04", gpus: [{ match: "RTX 2080" }], kernelParameters: ["pcie_aspm=off"] },
  { name: "secure", host: "farm-05", gpus: [{ match: "RX 6800" }] },
];

describe("hosts, all the way through the engine,", function () {
  this.timeout(300_000);
  let stack: Workspace;
  let lab: Lab;
  let asTheyWere: State;

  before(async () => {
    const cluster = readCluster(shipped("farm"));
    giveRoot(cluster);
    lab = await Lab.start(cluster, { hosts: true });
    asTheyWere = lab.state();
    stack = await fixture({}, program);
    stack.configure(hostsConfig(lab));
    declare(...GPUS);
  });
  after(async () => {
    stack?.close();
    await lab?.close();
  });

  const declare = (...hosts: object[]) => stack.configure({ "pve-ops:vfio": hosts });
  const fileOf = (node: string, path: string) => join(lab.hosts.of(node).tree, path);
  const textOf = (node: string, path: string) => readFileSync(fileOf(node, path), "utf8");
  const changed = () => differences(asTheyWere, lab.state());
  const ours = (path: string) => changed().filter((line) => line.includes(path));

  it("are shown with every file, by what boots each, and what is rebuilt; nothing is touched", async () => {
    const shown = await good(preview(stack));
    for (const words of [
      "/etc/modprobe.d/pve-ops-amd.conf",
      "options vfio-pci ids=10de:1b80,10de:10f0",
      "/etc/default/grub.d/zz-pve-ops-secure.cfg",
      "$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt pcie_aspm=off",
      "proxmox-boot-tool refresh",
      "update-initramfs -u -k all",
    ])
      expect(shown).includes(words);
    expect(shown).matches(/\/etc\/kernel\/cmdline *: "intel_iommu=on iommu=pt"/);
    expect(changed()).deep.equals([]);
    // Each of the five, once, whether something is declared for it or not.
    expect([...lab.cluster.visits.values()]).deep.equals(Array(5).fill({ connections: 1, commands: 1 }));
  });

  it("get it by up, a plan saved before, and then there is nothing to do", async () => {
    await good(stack.pulumi("preview", "--save-plan", "plan.json"));
    lab.cluster.visits.clear();
    await good(stack.pulumi("up", "--yes", "--skip-preview", "--plan", "plan.json"));
    for (const { host } of GPUS) expect(lab.cluster.visits.get(host), host).include({ connections: 1 });
    // One to read, at most two to apply.
    for (const { host } of GPUS) expect(lab.cluster.visits.get(host)?.commands, host).within(2, 3);
    expect(textOf("farm-03", "/etc/kernel/cmdline")).equals(
      "root=ZFS=rpool/ROOT/pve-1 boot=zfs intel_iommu=on iommu=pt\n",
    );
    expect(await good(preview(stack, "--expect-no-changes"))).includes("farm-01 is to be rebooted for this to count");
  });

  it("have the card on vfio-pci after a reboot", async () => {
    const host = lab.hosts.of("farm-01");
    const lspci = async () => (await host.run({ command: "lspci -nnk -d 10de:" })).stdout;
    expect(await lspci()).not.includes("vfio-pci");
    const there = new Promise<void>((done) => host.node.watch(() => host.node.online && done()));
    await host.run({ command: "reboot" });
    lab.cluster.clock.step(600);
    await there;
    expect(await lspci()).matches(/Kernel driver in use: vfio-pci[\s\S]*Kernel driver in use: vfio-pci/);
    const shown = await good(preview(stack, "--expect-no-changes"));
    expect(shown).not.includes("farm-01 is to be rebooted");
    expect(shown).includes("farm-03 is to be rebooted");
  });

  it("that somebody edited are drift after a refresh, and an up refuses to write over it before", async () => {
    const file = "/etc/modprobe.d/pve-ops-amd.conf";
    const text = textOf("farm-01", file);
    writeFileSync(fileOf("farm-01", file), text.replace("blacklist nouveau\n", ""));
    declare({ ...GPUS[0], disableVga: true }, ...GPUS.slice(1));
    expect(await bad(up(stack))).includes("somebody changed /etc/modprobe.d/pve-ops-amd.conf since");
    declare(...GPUS);
    await good(refresh(stack));
    expect(await good(preview(stack))).matches(/\+.*blacklist nouveau/);
    await good(up(stack));
    expect(textOf("farm-01", file)).equals(text);
  });

  it("that do not answer are shown as they were last seen, with a warning", async () => {
    lab.hosts.of("farm-04").node.leave();
    expect(await good(preview(stack, "--expect-no-changes"))).includes("Shown as it was last seen");
    lab.hosts.of("farm-04").node.comeBack();
  });

  it("are as before when it is destroyed, but for logs, images that were built anew, and a guest that no reboot brings back", async () => {
    await good(destroy(stack));
    expect(changed().filter((line) => !/\/var\/log\/|initrd\.img|^- what runs: qemu\/301$/.test(line))).deep.equals([]);
    expect(ours("pve-ops").filter((line) => !line.includes("/var/log/"))).deep.equals([]);
  });
});
