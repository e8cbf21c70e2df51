import { readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { expect } from "chai";
import type { Edit } from "#providers/host/edit/edit.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { standingOn } from "#providers/host/standing-on-host.ts";
import type { HostStep } from "#providers/host/step.ts";
import { HostTree } from "#test/support/host-tree.ts";

const JOURNAL = "/var/lib/pve-ops";
const MODULES = "/etc/initramfs-tools/modules";
const CMDLINE = "/etc/kernel/cmdline";
const OWN = "/etc/modprobe.d/pve-ops-gpu.conf";
const BY_HAND = "/etc/modprobe.d/mine.conf";
const isRecord = (step: HostStep): boolean => step.do === "write" && step.path === `${JOURNAL}/resource-gpu.json`;
const NOTHING: ReadonlyMap<string, Edit> = new Map();
const EDITS = new Map<string, Edit>([
  [OWN, { kind: "owned", text: "options vfio-pci ids=10de:1b80\n" }],
  [MODULES, { kind: "block", text: "vfio" }],
  [BY_HAND, { kind: "muted", lines: ["blacklist nouveau"] }],
  [CMDLINE, { kind: "tokens", tokens: ["quiet", "iommu=pt"] }],
]);

describe("what a run that was cut off left on a host", () => {
  let tree: HostTree;
  let before: Record<string, string>;
  beforeEach(() => {
    tree = new HostTree();
    tree.lay(MODULES, "nvme\n");
    tree.lay(CMDLINE, "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet\n");
    tree.lay(BY_HAND, "blacklist nouveau\n");
    before = tree.state();
  });
  afterEach(() => tree.remove());

  /** What is rebuilt holds the modules as they were when it was. */
  const IMAGE = "/run/image";
  const planned = async (edits: ReadonlyMap<string, Edit>, works = false, name = "gpu") =>
    hostPlan({
      who: { name, urn: `urn:${name}` },
      facts: await tree.facts(),
      edits,
      force: true,
      rebuilds: (changed) => (works && changed.length > 0 ? ["initramfs"] : []),
      rebuild: (what) => ({ what, argv: ["cp", tree.at(MODULES), tree.at(IMAGE)], seconds: 30 }),
    });
  const converge = async (edits: ReadonlyMap<string, Edit>, works = false, name = "gpu") => {
    const { failed, facts } = await tree.apply((await planned(edits, works, name)).steps);
    expect(failed).equals(undefined);
    expect((await planned(edits, works, name)).steps).deep.equals([]);
    return facts;
  };
  const text = (path: string) => readFileSync(tree.at(path), "utf8");

  it("is gone when the resource goes instead of going on, wherever that was", async () => {
    const { steps } = await planned(EDITS);
    const [claimed, recorded] = [steps.findIndex(isRecord), steps.slice(0, -1).findLastIndex(isRecord)];
    expect(recorded - claimed).greaterThan(3);
    for (let cut = claimed + 1; cut <= recorded + 1; cut++) {
      await tree.apply(steps.slice(0, cut));
      await converge(NOTHING);
      expect(tree.state(), `cut after ${cut}`).deep.equals(before);
    }
  });

  it("lets a word go that another resource was about to share, whichever goes first", async () => {
    for (const names of [
      ["gpu", "other"],
      ["other", "gpu"],
    ]) {
      await converge(EDITS);
      const { steps } = await planned(new Map([...EDITS].slice(1)), false, "other");
      const ledger = steps.findIndex((step) => step.do === "write" && step.path === `${JOURNAL}/files.json`);
      await tree.apply(steps.slice(0, ledger + 1));
      for (const name of names) await converge(NOTHING, false, name);
      expect(tree.state()).deep.equals(before);
    }
  });

  it("is gone where the shell was killed while it wrote", async () => {
    await converge(EDITS);
    for (const path of [`${JOURNAL}/.files.json`, `${JOURNAL}/originals/.x`, "/etc/modprobe.d/.pve-ops-gpu.conf"])
      tree.lay(`${path}.pve-ops-new`, "half");
    await converge(NOTHING);
    expect(tree.state()).deep.equals(before);
  });

  it("has somebody's file come back that force went over, wherever its removal was cut off", async () => {
    tree.lay(OWN, "# by hand\n");
    before = tree.state();
    await converge(EDITS);
    const { steps } = await planned(NOTHING);
    const back = steps.findIndex((step) => step.do === "write" && step.path === OWN);
    const nobodys = steps.findIndex((step) => step.do === "remove" && step.path === `${JOURNAL}/resource-gpu.json`);
    for (const cut of [back + 1, nobodys, nobodys + 1, nobodys + 2]) {
      await tree.apply(steps.slice(0, cut));
      await converge(NOTHING);
      expect(tree.state(), `cut after ${cut}`).deep.equals(before);
      await converge(EDITS);
    }
  });

  it("is gone with the link that somebody put in its place", async () => {
    await converge(EDITS);
    renameSync(tree.at(OWN), tree.at("/etc/moved.conf"));
    symlinkSync("../moved.conf", tree.at(OWN));
    await converge(NOTHING);
    expect(tree.state()).deep.equals(before);
  });

  it("is not taken for rebuilt once the files were others in between", async () => {
    const { steps } = await planned(EDITS, true);
    const work = steps.findLast((step) => step.do === "work");
    if (work?.do !== "work") throw new Error("nothing is rebuilt");
    await tree.apply(steps.slice(0, steps.indexOf(work)));
    // It ended well, and nobody was there to see it.
    tree.lay(`${JOURNAL}/work/${work.id}/status`, "0\n");
    await converge(NOTHING, true);
    expect(text(IMAGE)).equals("nvme\n");
    tree.lay(`${JOURNAL}/work/${work.id}/status`, "0\n");
    await converge(EDITS, true);
    expect(text(IMAGE)).equals(text(MODULES));
    await converge(NOTHING, true);
    expect(tree.has(JOURNAL)).equals(false);
  });

  it("is found by its marks where somebody deleted the journal, and is never taken for what was there before", async () => {
    for (const first of [NOTHING, EDITS]) {
      await converge(EDITS);
      rmSync(tree.at(JOURNAL), { recursive: true });
      await converge(first);
      const facts = await converge(NOTHING);
      expect(standingOn(facts, "gpu")).deep.equals({});
      expect(tree.has(OWN)).equals(false);
      expect(tree.has(JOURNAL)).equals(false);
      expect(text(MODULES)).equals("nvme\n");
      expect(text(BY_HAND)).equals("blacklist nouveau\n");
      // Only the journal knew whose the word was.
      expect(text(CMDLINE)).equals("root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet iommu=pt\n");
      tree.lay(CMDLINE, "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet\n");
    }
  });
});
