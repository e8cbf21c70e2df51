import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect } from "chai";
import { NOTHING } from "#providers/core/kind.ts";
import type { Edit } from "#providers/host/edit/edit.ts";
import { moduleLines } from "#providers/host/edit/modprobe.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { factsIn } from "#providers/host/read-facts.ts";
import { batch, type HostStep } from "#providers/host/step.ts";
import { awaitsProof } from "#providers/passthrough/observed-vfio.ts";
import { kind } from "#providers/passthrough/vfio-host-config.provider.ts";
import { HostTree } from "../support/host-tree.ts";
import { applied } from "./applied.ts";
import { argsOf, asked, CARD, factsFor, intel, MODPROBE, NVIDIA, reasons, said, WHO, zfs } from "./asked.ts";
import { devices } from "./host.ts";

describe("healing that is cut off", function () {
  this.timeout(60_000);
  const EDITS = new Map<string, Edit>([
    [MODPROBE, { kind: "owned", text: "options vfio-pci ids=10de:1b80\n" }],
    ["/etc/kernel/cmdline", { kind: "tokens", tokens: ["iommu=pt"] }],
  ]);
  const PROVEN = new Map<string, Edit>([
    ["/etc/kernel/cmdline", { kind: "tokens", tokens: ["quiet"] }],
    ["/etc/initramfs-tools/modules", { kind: "block", text: "vfio" }],
  ]);
  const TAKEN = "/run/taken";
  let tree: HostTree;
  let armed: string;
  beforeEach(async () => {
    tree = new HostTree();
    tree.lay("/etc/kernel/cmdline", "root=ZFS=rpool/ROOT/pve-1\n");
    tree.lay("/etc/initramfs-tools/modules", "nvme\n");
    await tree.apply(await planned(EDITS));
    armed = mkdtempSync(join(tmpdir(), "pve-ops-armed-"));
    execFileSync("cp", ["-a", `${tree.root}/.`, armed]);
  });
  afterEach(() => {
    tree.remove();
    rmSync(armed, { recursive: true });
  });

  const planned = async (edits: ReadonlyMap<string, Edit>) =>
    hostPlan({
      who: WHO,
      facts: await tree.facts(),
      edits,
      force: false,
      rebuilds: (changed) => (changed.length > 0 ? ["initramfs"] : []),
      rebuild: (what) => ({ what, argv: ["true"], seconds: 30 }),
    }).steps;
  /** As the host itself does it, at one start or another. */
  const again = async (steps: readonly HostStep[]) => {
    const { program, data } = batch(steps, 10);
    const said = await tree.run(`PVE_OPS_AGAIN=${tree.at(TAKEN)}\n${program}`, data);
    // Nothing is asked on the way back that may not answer.
    expect(said)
      .matches(/(?:^|\n)end\n$/)
      .and.not.includes("boot :");
    return /^(?:failed|overtaken) .*/m.exec(said)?.[0];
  };

  for (const [to, back] of [
    ["nothing", new Map<string, Edit>()],
    ["what was proven", PROVEN],
  ] as const)
    it(`goes on at the next start, wherever it was on its way to ${to}`, async () => {
      const steps = await planned(back);
      await again(steps);
      const healed = tree.state();
      for (let cut = steps.findIndex((step) => step.do === "work"); cut < steps.length; cut += 1) {
        for (const folder of ["etc", "var"]) {
          rmSync(tree.at(`/${folder}`), { recursive: true });
          execFileSync("cp", ["-a", join(armed, folder), tree.root]);
        }
        tree.lay(TAKEN, "");
        await again(steps.slice(0, cut));
        const failed = await again(steps);
        expect(failed, `cut off after ${cut} of ${steps.length}`).equals(undefined);
        expect(tree.state(), `cut off after ${cut} of ${steps.length}`).deep.equals(healed);
      }
    });
});

describe("a host that somebody else started again", () => {
  const WHEN = { ...CARD, reboot: "when-needed" };
  const written = applied(zfs(), WHEN);
  /** Since then, with the card handed on and a guest that started by itself. */
  const started: HostFacts = {
    ...written,
    bootId: "another",
    cmdline: "root=ZFS=rpool/ROOT/pve-1 boot=zfs intel_iommu=on iommu=pt",
    devices: written.devices.map((device) =>
      device.address.startsWith("0000:01") ? { ...device, driver: "vfio-pci" } : device,
    ),
    guests: [{ vmid: 101, kind: "qemu" }],
  };
  const armedBy = (host: HostFacts, before = written.bootId): HostFacts => ({
    ...host,
    files: {
      ...host.files,
      "/var/lib/pve-ops/confirm.json": JSON.stringify({ by: WHO.urn, before, kernel: host.kernel }),
    },
  });
  const stepsOf = (args: object, host: HostFacts) => {
    const facts = factsFor(args, host);
    return kind.steps(WHO, argsOf(args), facts, asked(args, host).standing, {});
  };

  for (const [what, host] of [
    ["nothing was armed", started],
    ["it would heal itself soon", armedBy(started)],
  ] as const)
    it(`is confirmed though guests run there, since it is not started again: where ${what}`, () => {
      const { awaited, effects } = asked(WHEN, host);
      expect(awaited).deep.equals([]);
      expect(effects).deep.equals([]);
      expect(stepsOf(WHEN, host).map((step) => step.do)).deep.equals(["host", "reboot"]);
    });

  it("is not started again under guests for what that start did not bring", () => {
    const { awaited = [], effects } = asked(WHEN, { ...started, cmdline: "quiet" });
    expect(awaited.map(({ reason }) => reason).join()).includes("VM 101 runs there");
    expect(effects.map(({ kind }) => kind)).deep.equals(["reboot"]);
  });

  for (const mode of ["rescue", "off"] as const)
    for (const [when, host] of [
      ["was not started again yet", armedBy(written)],
      ["was", armedBy(started)],
      ["was, and all is taken out already", armedBy(applied({ ...started, guests: [] }, { ...WHEN, mode }))],
    ] as const)
      it(`does not heal itself back once mode: ${mode} is declared: where it is armed and ${when}`, () => {
        const [first] = stepsOf({ ...WHEN, mode }, host);
        const steps = first?.do === "host" ? first.steps : [];
        expect(steps.slice(0, 3).map((step) => step.do)).deep.equals(["expect", "remove", "units"]);
      });

  for (const [what, note] of [
    ["a confirmation that was cut off left", {}],
    ["waits behind a note that makes no sense", { "/var/lib/pve-ops/confirm.json": "{" }],
  ] as const)
    it(`is rid of what ${what}, after an up and after a destroy`, () => {
      const files = { ...written.files, ...note };
      const host = { ...written, files, folders: [...written.folders, "/var/lib/pve-ops/confirm"] };
      for (const wanted of [asked(WHEN, host).standing, NOTHING]) {
        const [first] = kind.steps(WHO, argsOf(WHEN), factsFor(WHEN, host), wanted, {});
        const steps = first?.do === "host" ? first.steps : [];
        expect(steps.slice(0, 3).map((step) => step.do)).deep.equals(["expect", "remove", "units"]);
      }
    });

  it("is not written on while it may heal itself for another: that would stop in the middle", () => {
    const files = { "/var/lib/pve-ops/confirm.json": '{"by":"urn:other","before":"b","kernel":"6.14.8-2-pve"}' };
    const why = (host: HostFacts) => asked(CARD, host).awaited?.map(({ reason }) => reason);
    expect(why(zfs(undefined, { files: { ...zfs().files, ...files } }))?.join()).includes("urn:other");
    const done = applied(zfs(), CARD);
    expect(why({ ...done, files: { ...done.files, ...files } })).deep.equals([]);
  });

  it("says that its healing stopped where its disk had no room even for a note of that", () => {
    const facts = intel({ files: { "/var/lib/pve-ops/healed.json": "" } });
    expect(said("healed", CARD, facts).join()).matches(/it stopped in the middle \(.*write down/);
  });

  it("is as a destroy is to leave it though a guest has the card by now", () => {
    const host = { ...started, files: {} };
    const off = { ...WHEN, mode: "off" };
    expect(awaitsProof(WHO.name, argsOf(off), factsFor(off, host))).deep.equals([]);
    const idle = { ...host, guests: [] };
    expect(awaitsProof(WHO.name, argsOf(off), factsFor(off, idle)).join()).includes("0000:01:00.0 is with vfio-pci");
  });
});

describe("what a host cannot do without", () => {
  let tree: HostTree;
  beforeEach(() => {
    tree = new HostTree();
  });
  afterEach(() => tree.remove());

  it("is all disks of a btrfs that is mounted by one of them", async () => {
    for (const [name, address] of [
      ["sda3", "0000:00:17.0"],
      ["sdb3", "0000:03:00.0"],
    ] as const) {
      const place = `/sys/devices/pci0000:00/${address}/ata1/block/${name.slice(0, 3)}/${name}`;
      tree.lay(`${place}/partition`, "3\n");
      for (const folder of ["class/block", "fs/btrfs/5f2a/devices"]) {
        mkdirSync(tree.at(`/sys/${folder}`), { recursive: true });
        symlinkSync(relative(`/sys/${folder}`, place), tree.at(`/sys/${folder}/${name}`));
      }
    }
    tree.lay("/proc/mounts", "/dev/sda3 / btrfs rw,relatime,subvol=/ 0 0\n");
    expect((await tree.facts()).uses).deep.equals({ "0000:00:17.0": ["sda3"], "0000:03:00.0": ["sdb3"] });
  });

  it("is not rebooted for what no start could bring: of two values of a parameter the last one counts", () => {
    for (const [host, words] of [
      [intel(), ["hugepagesz=1G", "hugepagesz=2M"]],
      [zfs(), ["module_blacklist=ast", "module_blacklist=ast,foo"]],
      [intel(), ["iommu=soft"]],
    ] as const)
      expect(reasons({ ...CARD, kernelParameters: words }, host).join()).includes("counts for nothing beside");
    for (const words of [["console=tty0", "console=ttyS0"], ["pci=noaer", "pci=nommconf"], ["intel_iommu=on"]])
      expect(reasons({ ...CARD, kernelParameters: words })).deep.equals([]);
  });

  it("is a driver by whichever name, for its disks and for what they hang on", () => {
    const staying = (line: string) => intel({ devices: [...NVIDIA, ...devices(line)] });
    const virtio = staying("0000:06:00.0 1af4:1001 010000 virtio-pci Red Hat Virtio block device");
    expect(reasons({ ...CARD, drivers: ["virtio_pci"] }, virtio).join()).includes("needs virtio-pci");
    const usb = staying("0000:05:00.0 1912:0014 0c0330 xhci_hcd Renesas uPD720201 USB 3.0 Host Controller");
    const root = { ...usb, uses: { "0000:05:00.0": ["sda3"] } };
    for (const driver of ["xhci_hcd", "xhci-pci"])
      expect(reasons({ ...CARD, drivers: [driver] }, root).join()).includes("needs xhci_hcd");
    for (const word of ["module_blacklist=foo,xhci-pci", "modprobe.blacklist=xhci_hcd"])
      expect(reasons({ ...CARD, kernelParameters: [word] }, root).join()).includes(
        `needs xhci_hcd: leave that out of ${word}`,
      );
    expect(reasons({ ...CARD, drivers: ["xhci_pci"] }, usb)).deep.equals([]);
  });
});

describe("a device's name", () => {
  it("that holds a quote or ends with a backslash does not swallow what vfio-pci is told", () => {
    const said = '0000:03:00.0 "Non-Volatile memory controller" "KIOXIA" "NVMe SSD Controller CM7 2.5\\"" -r01 "" ""';
    const printed = `${said}\n0000:04:00.0 "VGA compatible controller" "Acme" "Slash\\\\" "" ""`;
    const lines = ["pci :0000:03:00.0 0x1e0f 0x0013 0x010802 -", "pci :0000:04:00.0 0x1234 0x1111 0x030000 1"];
    const facts = [
      ...["cmdline :quiet", "kernel :6.14.8-2-pve", "boot :e6a0c2a5", "cpu :GenuineIntel", "firmware :bios"],
      `said :lspci %${Buffer.from(printed).toString("base64")}`,
      ...[...lines, "end"],
    ];
    const found = factsIn(facts, "pve1").devices;
    expect(found.map(({ name }) => name)).deep.equals(['KIOXIA NVMe SSD Controller CM7 2.5"', "Acme Slash\\"]);
    const args = { gpus: [{ address: "03:00" }, { address: "04:00" }], allowHeadless: true };
    const text = asked(args, intel({ devices: found })).standing.files[MODPROBE] ?? "";
    const options = moduleLines(MODPROBE, text).filter(({ command }) => command === "options");
    expect(options.map(({ value }) => value)).deep.equals(["ids=1e0f:0013,1234:1111"]);
  });
});
