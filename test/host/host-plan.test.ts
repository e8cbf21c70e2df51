import { chmodSync, chownSync, lstatSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { expect } from "chai";
import type { Claimant } from "#providers/core/kind.ts";
import type { Edit } from "#providers/host/edit/edit.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { claimOn, standingOn } from "#providers/host/standing-on-host.ts";
import { batch, type HostStep } from "#providers/host/step.ts";
import { HostTree } from "#test/support/host-tree.ts";

const who = (name: string): Claimant => ({ name, urn: `urn:${name}` });
const MINE = who("gpu");
const EARLY = "/etc/initramfs-tools/scripts/init-top/pve-ops-gpu";
const BY_HAND = "/etc/modprobe.d/vfio.conf";
const EDITS = new Map<string, Edit>([
  ["/etc/initramfs-tools/modules", { kind: "block", text: "vfio\nvfio_pci" }],
  [EARLY, { kind: "owned", text: "modprobe vfio-pci", script: true }],
  ["/etc/kernel/cmdline", { kind: "tokens", tokens: ["quiet", "iommu=pt"] }],
  [BY_HAND, { kind: "muted", lines: ["options vfio-pci \\\n  ids=10de:1b80"] }],
]);

for (const shell of ["dash", "bash"])
  describe(`a host's files, by ${shell}`, () => {
    let tree: HostTree;
    // What does not depend on the shell's own words, once.
    const once = (title: string, test: () => Promise<void>) => shell === "dash" && it(title, test);
    beforeEach(() => {
      tree = new HostTree(shell);
      tree.lay("/etc/initramfs-tools/modules", "# what the admin wrote \xe9\r\nnvme\r\nlast");
      tree.lay("/etc/kernel/cmdline", "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet\n");
      tree.lay("/etc/modules", "");
      tree.lay(BY_HAND, "# mine \xe9\noptions vfio-pci \\\n  ids=10de:1b80\nblacklist nouveau\r");
    });
    afterEach(() => tree.remove());

    const planned = async (edits: ReadonlyMap<string, Edit>, claimant = MINE, rebuilds: readonly string[] = []) =>
      hostPlan({
        who: claimant,
        facts: await tree.facts(),
        edits,
        force: false,
        rebuilds: (changed) => (changed.length > 0 ? rebuilds : []),
        rebuild: (what) => ({ what, argv: ["touch", tree.at(`/run/${what}`)], seconds: 30 }),
      });
    const converge = async (...asked: Parameters<typeof planned>) => {
      const { steps } = await planned(...asked);
      const outcome = await tree.apply(steps);
      expect(outcome.failed).equals(undefined);
      return outcome.facts;
    };

    it("get what is wanted, read back in the same round trip, and need nothing the second time", async () => {
      const facts = await converge(EDITS);
      expect(standingOn(facts, "gpu")).deep.equals({
        "/etc/initramfs-tools/modules": "vfio\nvfio_pci",
        [EARLY]: "#!/bin/sh\n# pve-ops-managed: gpu. Changes here are reverted.\nmodprobe vfio-pci\n",
        "/etc/kernel/cmdline": "quiet iommu=pt",
        [BY_HAND]: "muted: options vfio-pci \\\nmuted:   ids=10de:1b80",
      });
      expect(claimOn(facts, "gpu")).equals(MINE.urn);
      expect((await planned(EDITS)).steps).deep.equals([]);
    });

    it("are as before to the last byte when it goes, folders and journal too", async () => {
      const before = tree.state();
      await converge(EDITS);
      expect(tree.state()).not.deep.equals(before);
      await converge(new Map());
      expect(tree.state()).deep.equals(before);
    });

    it("are as before when two resources went in any order, what both wanted staying until the last", async () => {
      const before = tree.state();
      const other = new Map<string, Edit>([
        ["/etc/kernel/cmdline", { kind: "tokens", tokens: ["iommu=pt", "noaer"] }],
        ["/etc/initramfs-tools/modules", { kind: "block", text: "other" }],
        [BY_HAND, { kind: "muted", lines: ["options vfio-pci \\\n  ids=10de:1b80", "blacklist nouveau\r"] }],
        ["/etc/default/grub.d/zz-other.cfg", { kind: "owned", text: "# nothing\n" }],
      ]);
      for (const first of [MINE, who("other")]) {
        await converge(EDITS);
        await converge(other, who("other"));
        const last = first === MINE ? who("other") : MINE;
        await converge(new Map(), first);
        expect(readFileSync(tree.at("/etc/kernel/cmdline"), "utf8")).includes("iommu=pt");
        await converge(new Map(), last);
        expect(tree.state()).deep.equals(before);
      }
    });

    it("keep mode, owner and a symbolic link", async () => {
      tree.lay("/etc/real-modules", "a\n");
      chmodSync(tree.at("/etc/real-modules"), 0o640);
      if (process.getuid?.() === 0) chownSync(tree.at("/etc/real-modules"), 12, 34);
      const link = tree.at("/etc/modules");
      rmSync(link);
      symlinkSync("real-modules", link);
      const linked = tree.state();
      await converge(new Map([["/etc/modules", { kind: "block", text: "x" }]]));
      expect(lstatSync(link).isSymbolicLink()).equals(true);
      expect(tree.state()["/etc/real-modules"]).matches(/^640 /);
      expect(tree.state()["/etc/real-modules"]).includes("# BEGIN pve-ops-managed gpu");
      await converge(new Map());
      expect(tree.state()).deep.equals(linked);
    });

    once("are put right by the next run wherever the last one was cut off, coming and going", async () => {
      const before = tree.state();
      const { steps } = await planned(EDITS, MINE, ["initramfs"]);
      expect(steps.length).greaterThan(10);
      for (const cut of [0, ...telling(steps)]) {
        await tree.apply(steps.slice(0, cut));
        const facts = await converge(EDITS, MINE, ["initramfs"]);
        expect(standingOn(facts, "gpu")["/etc/kernel/cmdline"]).equals("quiet iommu=pt");
        const { steps: back } = await planned(new Map(), MINE, ["initramfs"]);
        await tree.apply(back.slice(0, Math.floor((back.length * cut) / steps.length)));
        await converge(new Map(), MINE, ["initramfs"]);
        expect(without(tree.state(), "/var/log"), `cut after ${cut}`).deep.equals(without(before, "/var/log"));
      }
    });

    once("are put right by the next run whenever the shell is killed", async () => {
      const before = tree.state();
      const { steps } = await planned(EDITS);
      for (const at of telling(steps).slice(0, -1)) {
        const { program, data } = batch(steps, 5);
        await tree.run(program, data, (printed, kill) => {
          if (printed.includes(`done ${at}\n`)) kill();
        });
        await converge(EDITS);
        await converge(new Map());
        expect(tree.state(), `killed after ${at}`).deep.equals(before);
      }
    });

    it("are not written over what somebody edited after they were read", async () => {
      const { steps } = await planned(EDITS);
      tree.lay("/etc/kernel/cmdline", "root=ZFS=rpool/ROOT/pve-1 boot=zfs mine\n");
      const { failed } = await tree.apply(steps);
      expect(failed).deep.equals({ overtaken: true, why: "somebody changed /etc/kernel/cmdline just now" });
      expect(readFileSync(tree.at("/etc/kernel/cmdline"), "utf8")).equals("root=ZFS=rpool/ROOT/pve-1 boot=zfs mine\n");
      await converge(EDITS);
      await converge(new Map());
      expect(readFileSync(tree.at("/etc/kernel/cmdline"), "utf8")).equals("root=ZFS=rpool/ROOT/pve-1 boot=zfs mine\n");
    });

    it("are scripts that can be run, also where somebody took that away, in folders that go with the last of them", async () => {
      const scripts = "/etc/initramfs-tools/scripts";
      const script = (name: string, text: string) =>
        new Map<string, Edit>([[`${scripts}/init-top/${name}`, { kind: "owned", text, script: true }]]);
      const before = tree.state();
      await converge(script("one", "a"));
      expect(tree.state()[`${scripts}/init-top/one`]).matches(/^755 /);
      chmodSync(tree.at(`${scripts}/init-top/one`), 0o640);
      await converge(script("one", "b"));
      expect(tree.state()[`${scripts}/init-top/one`]).matches(/^755 /);
      chmodSync(tree.at(`${scripts}/init-top/one`), 0o700);
      await converge(script("one", "c"));
      expect(tree.state()[`${scripts}/init-top/one`]).matches(/^700 /);
      await converge(script("other", "a"), who("other"));
      await converge(new Map());
      expect(tree.has(`${scripts}/init-top/other`)).equals(true);
      await converge(new Map(), who("other"));
      expect(tree.state()).deep.equals(before);
    });

    once("take one run at a time: who comes second waits, and who waits too long says so", async () => {
      const long: HostStep = {
        do: "work",
        id: "long-1",
        log: "long",
        seconds: 20,
        argv: ["sh", "-c", `touch '${tree.at("/run/at-it")}'; sleep 3`],
      };
      const first = tree.apply([long]);
      while (!tree.has("/run/at-it")) await new Promise((done) => setTimeout(done, 20));
      expect((await tree.apply([{ do: "tidy", path: "/etc/modules" }], 0)).failed?.why).matches(/another run has held/);
      expect((await tree.apply([{ do: "tidy", path: "/etc/modules" }], 30)).failed).equals(undefined);
      expect((await first).failed).equals(undefined);
    });

    once(
      "say what failed where the disk is full or nothing may be written, and hold nothing half written",
      async () => {
        const before = tree.state();
        const small = `mount -t tmpfs -o size=64k none '${tree.at("/etc/initramfs-tools")}' && printf 'nvme\\n' > '${tree.at("/etc/initramfs-tools/modules")}'`;
        tree.within = small;
        const big = new Map<string, Edit>([
          ["/etc/initramfs-tools/modules", { kind: "block", text: "x\n".repeat(50_000) }],
        ]);
        const { steps } = await planned(big);
        const full = await tree.apply(steps);
        expect(full.failed?.why).matches(/No space left on device/);
        expect(Object.keys(full.facts.files)).includes("/etc/initramfs-tools/modules");
        expect(full.facts.files["/etc/initramfs-tools/modules"]).equals("nvme\n");
        tree.within = `mount --bind '${tree.root}/etc' '${tree.root}/etc' && mount -o remount,bind,ro '${tree.root}/etc'`;
        const readOnly = await tree.apply((await planned(EDITS)).steps);
        expect(readOnly.failed?.why).matches(/Read-only file system/);
        tree.within = "";
        await converge(new Map());
        expect(tree.state()).deep.equals(before);
      },
    );

    once(
      "begin work that goes on when its connection is cut, and the next run waits for that instead of a second",
      async () => {
        const slow = (text: string): HostStep => ({
          do: "work",
          id: "slow-1",
          log: "slow",
          seconds: 30,
          argv: ["sh", "-c", `echo '${text}' >> '${tree.at("/run/began")}'; sleep 2; echo it\\'s done`],
        });
        const { program, data } = batch([{ do: "folder", path: "/var/lib/pve-ops", mode: "700" }, slow("first")], 5);
        const cut = tree.run(program, data, (_printed, kill) => setTimeout(kill, 500));
        await cut;
        const outcome = await tree.apply([{ do: "folder", path: "/var/lib/pve-ops", mode: "700" }, slow("second")]);
        expect(outcome.failed).equals(undefined);
        expect(readFileSync(tree.at("/var/log/pve-ops/slow.log"), "utf8")).equals("it's done\n");
      },
    );

    it("show the end of what failed work wrote", async () => {
      const failing: HostStep = {
        do: "work",
        id: "x-1",
        log: "x",
        seconds: 30,
        argv: ["sh", "-c", "echo 'no space'; exit 3"],
      };
      const { failed } = await tree.apply([{ do: "folder", path: "/var/lib/pve-ops", mode: "700" }, failing]);
      expect(failed).deep.equals({ overtaken: false, why: "exit 3: no space" });
    });
  });

/** How many steps are done where something is another than after one less. */
const telling = (steps: readonly HostStep[]): number[] =>
  steps.flatMap((step, n) => (step.do === "tidy" ? [] : [n + 1]));

const without = (state: Record<string, string>, folder: string) =>
  Object.fromEntries(Object.entries(state).filter(([path]) => !path.startsWith(folder)));
