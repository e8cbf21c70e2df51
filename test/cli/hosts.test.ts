import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { COMMANDS } from "../../cli/commands.ts";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { lifecycle } from "../../providers/core/lifecycle.ts";
import { kind } from "../../providers/passthrough/vfio-host-config.provider.ts";
import { OnLab, type Outputs } from "../support/on-lab.ts";
import { Operator } from "./operator.ts";

const CLUSTER = ClusterFile.parse({
  name: "operated",
  nodes: [
    { name: "pve1", hardware: { board: "z790", cards: ["RTX 3060"], boot: "systemd-boot" } },
    { name: "pve2", hardware: { board: "rome", cards: ["RTX 3090", "RTX 3090"] } },
  ],
});
const GPU = { host: "pve1", gpus: [{ match: "RTX 3060" }] };

describe("the operator's commands at hosts", function () {
  this.timeout(60_000);
  let on: OnLab;
  let operator: Operator;
  before(async () => {
    on = await OnLab.withHosts((session) => lifecycle(kind, session), clusterOf(CLUSTER));
    operator = new Operator(on.lab);
  });
  after(async () => {
    operator?.close();
    await on?.close();
  });
  afterEach(() => on.lab.cluster.faults.clear());

  const file = (node: string, path: string) => join(on.lab.hosts.of(node).tree, path);
  const text = (node: string, path: string) => readFileSync(file(node, path), "utf8");
  const left = () => on.left().filter((line) => !/\/var\/log\/|initrd\.img/.test(line));
  /** Whoever comes after it is another run. */
  const run = async (...args: string[]) => {
    const result = await operator.run(...args);
    on.byHand;
    return result;
  };
  const reboot = async (node: string) => {
    const host = on.lab.hosts.of(node);
    const back = new Promise<void>((done) => host.node.watch(() => host.node.online && done()));
    await host.run({ command: "reboot" });
    on.lab.cluster.clock.step(600);
    await back;
  };

  it("status shows each card with its driver, ids and group, and where none of ours is, all is well", async () => {
    const { code, stdout } = await run("status", "--host", "pve1");
    expect(stdout).matches(/^pve1 {2}PVE 9\.2\.\d+, kernel \S+, UEFI and systemd-boot/);
    expect(stdout).matches(/0000:01:00\.0 +\d+ +nouveau +10de:2503 +NVIDIA GeForce RTX 3060/);
    expect(stdout).matches(/0000:00:02\.0 .* boot VGA\n/);
    expect(stdout).includes("kept off by /etc/modprobe.d/pve-blacklist.conf (others): nvidiafb");
    expect(stdout).includes("✔ nothing of pve-ops is there");
    expect(code).equals(0);
  });

  it("status says of a host that does not answer why, and tells of the others: it could not be told", async () => {
    const { code, stdout, stderr } = await run("status", "--host", "away", "--host", "pve2");
    expect(stdout).matches(/^away\n {2}✘ connecting to away \(root@127\.0\.0\.1:1\): .* \(without --stack, /);
    expect(stdout).includes("pve2  PVE");
    expect(stderr).equals("");
    expect(code).equals(2);
  });

  describe("where a card is set up", () => {
    let outputs: Outputs;
    before(async () => {
      outputs = await on.make("gpu", GPU);
    });
    after(async () => {
      await on.remove("gpu", outputs);
      expect(left()).deep.equals([]);
    });

    it("status says by whom it is handed on, and that a reboot is due", async () => {
      const { code, stdout } = await run("status", "--host", "pve1");
      expect(stdout).matches(/0000:01:00\.1 .* handed on by pve-ops gpu \(\/etc\/modprobe\.d\/pve-ops-gpu\.conf:\d+\)/);
      expect(stdout).includes("✘ a reboot is due: its kernel runs without intel_iommu=on iommu=pt");
      expect(stdout).includes("0000:01:00.0 (nouveau) and 0000:01:00.1 (snd_hda_intel) go to vfio-pci then");
      expect(code).equals(1);
    });

    it("diag boot shows each word with who says it, and each file with what came into it", async () => {
      const { code, stdout } = await run("diag", "boot", "--host", "pve1");
      expect(stdout).matches(/boot=zfs +yes +yes +\/etc\/kernel\/cmdline:1, others/);
      expect(stdout).matches(/iommu=pt +- +yes +\/etc\/kernel\/cmdline:1, pve-ops gpu/);
      expect(stdout).includes(
        "    - root=ZFS=rpool/ROOT/pve-1 boot=zfs\n    + root=ZFS=rpool/ROOT/pve-1 boot=zfs intel",
      );
      expect(stdout).includes("    + # BEGIN pve-ops-managed gpu\n");
      expect(stdout).includes("✔ it boots by systemd-boot");
      expect(code).equals(1);
    });

    it("diag answers programs, too, each question for each host, and draws the map into a file", async () => {
      for (const [what, code, holds] of [
        ["iommu", 0, "checks"],
        ["conflicts", 1, "targets"],
        ["boot", 1, "words"],
      ] as const) {
        const { code: exit, stdout } = await run("diag", what, "--host", "pve1", "--host", "away", "--json");
        const { question, hosts } = JSON.parse(stdout);
        expect([question, hosts.pve1.code, hosts.away.code, exit]).deep.equals([what, code, 2, 2]);
        expect(hosts.pve1[holds].length, what).greaterThan(0);
      }
      const page = join(mkdtempSync(join(tmpdir(), "map-")), "map.html");
      await run("diag", "map", "--host", "pve1", "--html", page);
      expect(readFileSync(page, "utf8"))
        .matches(/^<!doctype html>/i)
        .and.includes("GA106");
      rmSync(dirname(page), { recursive: true });
    });

    it("after the reboot all is as the record says, and the args that status gives back change nothing", async () => {
      await reboot("pve1");
      const { code, stdout } = await run("status", "--host", "pve1");
      expect(stdout).includes("✔ as its record says: gpu").and.includes("kernel flags: intel_iommu=on iommu=pt");
      expect(code).equals(0);
      expect((await run("diag", "boot", "--host", "pve1")).code).equals(0);
      const { args } = (await operator.told("status", "--host", "pve1")).hosts.pve1;
      expect(args).deep.include({ host: "pve1", gpus: [{ address: "0000:01:00" }] });
      const { files, effects } = await on.preview("gpu", args, outputs);
      expect({ files, effects }).deep.equals({ files: outputs["files"], effects: [] });
    });

    it("status says what is not as it was written, with nothing but SSH", async () => {
      const conf = file("pve1", "/etc/modprobe.d/pve-ops-gpu.conf");
      const before = readFileSync(conf, "utf8");
      writeFileSync(conf, before.replace(/^blacklist nouveau\n/m, ""));
      const { code, stdout } = await run("status", "--host", "pve1");
      writeFileSync(conf, before);
      expect(stdout).includes("✘ gpu: /etc/modprobe.d/pve-ops-gpu.conf not as it was written");
      expect(code).equals(1);
    });

    it("diag boot --restore takes our words off the kernel's line and nothing else; a refresh shows that as drift", async () => {
      const { code, stdout } = await run("diag", "boot", "--restore", "--host", "pve1");
      expect(stdout).includes("✔ /etc/kernel/cmdline: as before gpu").and.includes("✔ boot-entries rebuilt");
      expect(code).equals(0);
      expect(text("pve1", "/etc/kernel/cmdline")).equals("root=ZFS=rpool/ROOT/pve-1 boot=zfs\n");
      expect(text("pve1", "/etc/modprobe.d/pve-ops-gpu.conf")).includes("options vfio-pci ids=10de:2503");
      const again = await run("diag", "boot", "--restore", "--host", "pve1");
      expect(again.stdout).includes("nothing of pve-ops is on the kernel's command line");
      const drifted = await on.refresh("gpu", outputs);
      expect(drifted && (await on.isDifferent("gpu", drifted, GPU))).equals(true);
      outputs = await on.change("gpu", drifted ?? outputs, GPU);
      expect(text("pve1", "/etc/kernel/cmdline")).includes("intel_iommu=on iommu=pt");
    });

    it("rescue goes on after a connection that was cut, and holds the host; mode: rescue then finds what it wants", async () => {
      on.lab.cluster.faults.ssh({
        node: "pve1",
        skip: 2,
        times: 1,
        at: "during",
        file: "/etc/kernel/cmdline",
        kill: true,
      });
      expect((await run("rescue", "pve1")).code).equals(2);
      expect(text("pve1", "/var/lib/pve-ops/hold.json")).includes('"at"');
      const { code, stdout } = await run("rescue", "pve1");
      expect(stdout).includes("it is held").and.includes("it counts from its next start on");
      expect(code).equals(0);
      expect(text("pve1", "/etc/kernel/cmdline")).includes("boot=zfs video=efifb:force").and.not.includes("iommu");
      const { node } = on.lab.hosts.of("pve1");
      const away = new Promise<void>((done) => node.watch(() => !node.online && done()));
      const started = run("rescue", "pve1", "--reboot");
      await away;
      on.lab.cluster.clock.step(600);
      const again = await started;
      expect(again.stdout).includes("✔ gpu: all is as a console needs it").and.includes("was started again, and runs");
      expect(again.code).equals(0);

      const found = (await on.refresh("gpu", outputs)) ?? {};
      const refused = await on.change("gpu", found, GPU).catch(String);
      expect(refused).includes("it is held by").and.includes("--release");
      const { stdout: held } = await run("status", "--host", "pve1");
      expect(held).includes("once it may be again: pve-ops rescue pve1 --release");
      const rescue = { host: "pve1", mode: "rescue", adopt: true };
      outputs = await on.change("gpu", found, rescue);
      expect(await on.isDifferent("gpu", outputs, rescue)).equals(false);
    });

    it("a released host is set up again by the next up", async () => {
      const { code, stdout } = await run("rescue", "pve1", "--release");
      expect(stdout)
        .matches(/✔ it (?:is held no more|was not held)/)
        .and.includes("pulumi up --refresh of gpu sets up what is declared");
      expect(code).equals(0);
      outputs = await on.change("gpu", outputs, GPU);
      expect(text("pve1", "/etc/kernel/cmdline")).includes("boot=zfs intel_iommu=on iommu=pt");
    });
  });

  it("rescue and diag boot --restore lock no stack out whose record the host has lost", async () => {
    let outputs = await on.make("lost", GPU);
    const lose = () => rmSync(file("pve1", "/var/lib/pve-ops/resource-lost.json"));
    for (const command of [
      ["rescue", "pve1"],
      ["diag", "boot", "--restore", "--host", "pve1"],
    ]) {
      lose();
      expect((await run(...command)).code).equals(0);
      expect((await run("rescue", "pve1", "--release")).code).equals(0);
      outputs = await on.change("lost", (await on.refresh("lost", outputs)) ?? {}, GPU);
      expect(text("pve1", "/etc/kernel/cmdline")).includes("iommu=pt");
    }
    await on.remove("lost", outputs);
    expect(left()).deep.equals([]);
  });

  it("bind hands on nothing of a host that is held after a rescue", async () => {
    expect((await run("rescue", "pve1")).code).equals(0);
    const { code, stdout } = await run("bind", "pve1", "01:00.0");
    expect(stdout).includes("it is held by").and.includes("pve-ops rescue pve1 --release");
    expect(code).equals(1);
    expect((await run("rescue", "pve1", "--release")).code).equals(0);
    expect(left()).deep.equals([]);
  });

  it("what could not be told is an answer for programs, too, and work that failed is none of that", async () => {
    for (const command of [
      ["rescue", "away"],
      ["bind", "away", "01:00.0"],
    ])
      expect(JSON.parse((await run(...command, "--json")).stdout))
        .includes({ host: "away", code: 2 })
        .and.has.key("why");
    const outputs = await on.make("gpu", GPU);
    const { mounts } = on.lab.hosts.of("pve1");
    await mounts.fill("/etc/kernel", 0);
    const { code, stdout } = await run("diag", "boot", "--restore", "--host", "pve1", "--json");
    await mounts.empty("/etc/kernel");
    const { question, hosts } = JSON.parse(stdout);
    expect([question, code, hosts.pve1.code]).deep.equals(["boot", 1, 1]);
    expect(hosts.pve1.checks[0].what)
      .includes("No space left on device")
      .and.includes("then run the same command again");
    await on.remove("gpu", outputs);
    expect(left()).deep.equals([]);
  });

  it("rescue mutes what somebody else has that keeps a console dark, and --release leaves every byte as before", async () => {
    const conf = "options vfio-pci ids=10de:2204,10de:1aef\r\nblacklist ast\nsoftdep nouveau pre: vfio-pci";
    writeFileSync(file("pve2", "/etc/modprobe.d/vfio.conf"), conf);
    on.remember();
    const conflicts = await run("diag", "conflicts", "--host", "pve2");
    expect(conflicts.stdout).includes("have the same ids 10de:2204: vfio-pci takes all of them");
    expect(conflicts.stdout).includes("/etc/modprobe.d/vfio.conf:2 (others) has blacklist ast");
    expect(conflicts.code).equals(1);

    expect((await run("rescue", "pve2")).code).equals(0);
    const muted = text("pve2", "/etc/modprobe.d/vfio.conf").split("\n");
    expect(muted.map((line) => line.startsWith("# pve-ops-managed rescue mutes: "))).deep.equals([true, true, false]);
    const released = await run("rescue", "pve2", "--release");
    expect(released.stdout).includes("nothing of pve-ops is left there");
    expect(left()).deep.equals([]);
  });

  it("rescue gives displays back that somebody's words on the kernel's line hand on", async () => {
    const { node } = on.lab.hosts.of("pve1");
    const says = async (text: string) => (await on.lab.hosts.of(node.name).run({ command: text })).stdout;
    const drivers = async () => (await says("lspci -nnk -d ::0300")).match(/in use: \S+/g);
    const words = "intel_iommu=on vfio-pci.ids=8086:a780,10de:2503";
    await says(`sed -i '1s/$/ ${words}/' /etc/kernel/cmdline; echo vfio-pci >> /etc/initramfs-tools/modules`);
    await says("update-initramfs -u -k all; proxmox-boot-tool refresh");
    await reboot("pve1");
    expect(await drivers()).deep.equals(["in use: vfio-pci", "in use: vfio-pci"]);

    const { code, stdout } = await run("rescue", "pve1");
    expect(stdout).not.includes("stays, with");
    expect(code).equals(0);
    await reboot("pve1");
    expect(await drivers()).deep.equals(["in use: i915", "in use: nouveau"]);

    expect((await run("rescue", "pve1", "--release")).code).equals(0);
    await says(`sed -i '1s/ ${words}//' /etc/kernel/cmdline; sed -i '/^vfio-pci$/d' /etc/initramfs-tools/modules`);
    await says("update-initramfs -u -k all; proxmox-boot-tool refresh");
    await reboot("pve1");
    expect(left()).deep.equals([]);
  });

  it("rescue goes around what it cannot read, says so, and has the rest be as a console needs it", async () => {
    const [block, ids] = [file("pve2", "/etc/initramfs-tools/modules"), file("pve2", "/etc/modprobe.d/pve-ops-x.conf")];
    const before = readFileSync(block, "utf8");
    writeFileSync(block, `${before}# BEGIN pve-ops-managed x\n`);
    writeFileSync(ids, "# pve-ops-managed: x. Changes here are reverted.\noptions vfio-pci ids=10de:2204\n");
    const { code, stdout } = await run("rescue", "pve2");
    expect(stdout).includes("its marks are broken").and.includes("removed /etc/modprobe.d/pve-ops-x.conf");
    expect(stdout).includes("rescue: /etc/default/grub.d/zz-pve-ops-rescue.cfg is as a console needs it");
    expect(code).equals(1);
    writeFileSync(block, before);
    expect((await run("rescue", "pve2", "--release")).code).equals(0);
    expect(left()).deep.equals([]);
  });

  it("bind and unbind move a card's whole slot, now, and refuse what the host needs", async () => {
    const bound = await run("bind", "pve1", "01:00.0");
    expect(bound.stdout).matches(/0000:01:00\.0 .* with vfio-pci.*\n.*0000:01:00\.1 .* with vfio-pci/);
    expect(bound.stdout).not.includes("dark");
    expect(bound.code).equals(0);
    const last = await run("bind", "pve1", "00:02.0");
    expect(last.stdout).includes("! no display is left for its console");
    expect(last.code).equals(0);
    expect((await run("unbind", "pve1", "00:02.0")).stdout).includes("is with i915, until");
    const back = await run("unbind", "pve1", "0000:01:00");
    expect(back.stdout).includes("is with nouveau, until").and.includes("is with snd_hda_intel, until");
    const { hosts } = await operator.told("diag", "map", "--host", "pve1");
    const used = hosts.pve1.groups.flatMap(
      (group: { devices: { address: string; uses: string[] }[] }) => group.devices,
    );
    const disk = used.find(({ uses }: { uses: string[] }) => uses.length > 0);
    const refused = await run("bind", "pve1", disk.address);
    expect(refused.stdout).includes("of the host hangs on");
    expect(refused.code).equals(1);
  });

  for (const { what, args, words } of [
    { what: "no question that there is", args: ["diag", "iomu", "--host", "pve1"], words: "did you mean iommu?" },
    { what: "no question", args: ["diag"], words: "which question? iommu, map, conflicts, boot" },
    { what: "no host", args: ["status"], words: "which hosts?" },
    { what: "hosts without --host", args: ["status", "pve1"], words: "hosts are named with --host: pve1" },
    { what: "an option that there is not", args: ["rescue", "pve1", "--rebot"], words: "did you mean --reboot?" },
    { what: "no address", args: ["bind", "pve1", "nvidia"], words: "an address is like 0000:01:00.0" },
    { what: "a page of another question", args: ["diag", "boot", "--html", "x"], words: "--html draws the map" },
    {
      what: "a stack where no project is",
      args: ["status", "--stack", "dev"],
      words: "reading the config of the stack",
    },
  ])
    it(`cannot tell for ${what}, and says so in words`, async () => {
      const [name = "", ...rest] = args;
      const thrown = await COMMANDS[name]?.run(rest).catch((why: unknown) => why);
      expect(thrown).instanceOf(Error).property("message").includes(words);
    });

  it("says how each is used", async () => {
    const wrong = await run("rescue", "pve1", "--rebot");
    expect(wrong).deep.include({ code: 2, stdout: "" }).property("stderr").not.includes("    at ");
    const { code, stdout } = await run("rescue", "--help");
    expect(stdout).includes("Usage: pve-ops rescue HOST").and.includes("Exit codes:");
    expect(code).equals(0);
  });
});
