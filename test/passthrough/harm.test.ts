import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Edit } from "#providers/host/edit/edit.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { outcomeIn } from "#providers/host/outcome.ts";
import { batch, type HostStep } from "#providers/host/step.ts";
import { awaitsProof } from "#providers/passthrough/observed-vfio.ts";
import { kind } from "#providers/passthrough/vfio-host-config.provider.ts";
import { HostTree } from "../support/host-tree.ts";
import { applied } from "./applied.ts";
import { argsOf, asked, CARD, factsFor, MODPROBE, WHO, zfs } from "./asked.ts";

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
    return outcomeIn(await tree.run(`PVE_OPS_AGAIN=${tree.at(TAKEN)}\n${program}`, data), "the tree");
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
        const { failed } = await again(steps);
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

  it("is as a destroy is to leave it though a guest has the card by now", () => {
    const host = { ...started, files: {} };
    const off = { ...WHEN, mode: "off" };
    expect(awaitsProof(WHO.name, argsOf(off), factsFor(off, host))).deep.equals([]);
    const idle = { ...host, guests: [] };
    expect(awaitsProof(WHO.name, argsOf(off), factsFor(off, idle)).join()).includes("0000:01:00.0 is with vfio-pci");
  });
});
