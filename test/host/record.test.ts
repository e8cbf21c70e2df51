import { expect } from "chai";
import type { Edit } from "#providers/host/edit/edit.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { isChangedSince, journalIn, proving, startedWith } from "#providers/host/journal.ts";
import type { HostStep } from "#providers/host/step.ts";
import type { Binding } from "#providers/host/wish.ts";
import { host } from "../passthrough/host.ts";

const RECORD = "/var/lib/pve-ops/resource-gpu.json";
const PATH = "/etc/modprobe.d/by-hand.conf";
const EDITS = new Map<string, Edit>([
  [PATH, { kind: "muted", lines: ["blacklist amdgpu"] }],
  ["/etc/initramfs-tools/scripts/init-top/gpu", { kind: "owned", text: "a", script: true }],
  ["/etc/modules", { kind: "block", text: "vfio" }],
  ["/etc/kernel/cmdline", { kind: "tokens", tokens: ["iommu=pt"], last: true }],
]);
const NOTHING: ReadonlyMap<string, Edit> = new Map();
const UNTOUCHED = host({
  files: { [PATH]: "blacklist amdgpu\nblacklist nouveau\n", "/etc/modules": "", "/etc/kernel/cmdline": "root=x\n" },
});

/** With files that count from the next start on, unless it says otherwise. */
const planned = (
  facts: HostFacts,
  edits: ReadonlyMap<string, Edit>,
  { isBuilt = true, ...more }: { binding?: Binding; reboots?: boolean; isBuilt?: boolean } = {},
) =>
  hostPlan({
    who: { name: "gpu", urn: "urn:gpu" },
    facts,
    edits,
    force: false,
    ...more,
    rebuilds: (changed) => (isBuilt && changed.length > 0 ? ["initramfs"] : []),
    rebuild: (what) => ({ what, argv: ["true"], seconds: 1 }),
  }).steps;

/** A host as these steps leave its files. */
function left(facts: HostFacts, steps: readonly HostStep[]): HostFacts {
  const files = new Map(Object.entries(facts.files));
  for (const step of steps)
    if (step.do === "write") files.set(step.path, step.text);
    else if (step.do === "remove") files.delete(step.path);
  return { ...facts, files: Object.fromEntries(files) };
}
const recorded = (facts: HostFacts) => journalIn(facts, "gpu").record;
/** What the record says after each step that writes it. */
const records = (facts: HostFacts, steps: readonly HostStep[]) =>
  steps.flatMap((step, n) =>
    step.do === "write" && step.path === RECORD ? [recorded(left(facts, steps.slice(0, n + 1)))] : [],
  );

describe("what a host has on record of a resource", () => {
  const made = left(UNTOUCHED, planned(UNTOUCHED, EDITS));
  const again: HostFacts = { ...made, bootId: "again" };
  const OTHER = new Map<string, Edit>([["/etc/modprobe.d/gpu.conf", { kind: "owned", text: "blacklist nouveau" }]]);
  const startedOn = (facts: HostFacts) => new Map(Object.entries(startedWith(journalIn(facts, "gpu"), facts).edits));

  it("is what it wants, and needs nothing more; without a rebuild nothing else", () => {
    const quick = left(UNTOUCHED, planned(UNTOUCHED, EDITS, { isBuilt: false }));
    expect(Object.keys(JSON.parse(quick.files[RECORD] ?? ""))).to.deep.equal(["urn", "edits", "pending"]);
    expect(new Map(Object.entries(recorded(quick)?.edits ?? {}))).to.deep.equal(EDITS);
    expect(planned(quick, EDITS)).to.deep.equal([]);
    expect(planned(made, EDITS)).to.deep.equal([]);
  });

  it("has what the host was started with, and goes back to that in full", () => {
    const changed = left(again, planned(again, OTHER));
    const twice = left(changed, planned(changed, new Map([["/etc/modules", { kind: "block", text: "other" }]])));
    expect(twice.files[PATH]).to.equal(UNTOUCHED.files[PATH]);
    for (const host of [changed, twice]) {
      expect(startedOn(host)).to.deep.equal(EDITS);
      expect(isChangedSince(host, "gpu")).to.equal(true);
      const back = left(host, planned(host, startedOn(host)));
      expect(isChangedSince(back, "gpu")).to.equal(false);
      expect({ ...back.files, [RECORD]: "" }).to.deep.equal({ ...made.files, [RECORD]: "" });
    }
    expect(startedOn(made)).to.deep.equal(new Map());
    expect(startedOn({ ...changed, bootId: "later" })).to.deep.equal(OTHER);
  });

  it("does not take for that what was never rebuilt, or whose reboot is not proven", () => {
    const changed = left(again, planned(again, OTHER, { reboots: true }));
    const rebooted = { ...changed, bootId: "later" };
    expect(recorded(changed)?.reboot).to.equal("again");
    expect(startedOn(rebooted)).to.deep.equal(EDITS);
    const proven = left(rebooted, proving(rebooted, "gpu"));
    expect(startedOn(proven)).to.deep.equal(OTHER);
    const steps = planned(again, OTHER);
    const cutOff = left(
      again,
      steps.slice(
        0,
        steps.findIndex(({ do: what }) => what === "work"),
      ),
    );
    expect(startedOn({ ...cutOff, bootId: "later" })).to.deep.equal(EDITS);
  });

  it("keeps what the host was started with and what is bound through every step of a change", () => {
    const bound = { "0000:01:00.0": { driver: "amdgpu", boot: UNTOUCHED.bootId } };
    const binds = left(again, planned(again, EDITS, { binding: { during: bound, after: bound, steps: [] } }));
    const all = records(binds, planned(binds, OTHER));
    expect(all.length).to.be.greaterThan(1);
    const edits = Object.fromEntries(EDITS);
    for (const record of all) expect(record).to.deep.include({ started: { boot: "again", edits }, bound });
  });

  it("goes with the last edit, unless something is still bound", () => {
    expect(recorded(left(made, planned(made, NOTHING)))).to.equal(undefined);
    const bound = { "0000:01:00.0": { boot: UNTOUCHED.bootId } };
    const binds = left(made, planned(made, EDITS, { binding: { during: bound, after: bound, steps: [] } }));
    const gone = left(binds, planned(binds, NOTHING));
    expect(recorded(gone)).to.deep.include({ edits: {}, bound });
    expect(gone.files[PATH]).to.equal(UNTOUCHED.files[PATH]);
    const given = left(gone, planned(gone, NOTHING, { binding: { during: bound, after: undefined, steps: [] } }));
    expect(given.files).to.deep.equal(UNTOUCHED.files);
  });

  it("stays without an edit until the reboot that it waits for is proven", () => {
    const gone = left(again, planned(again, NOTHING, { reboots: true }));
    expect(recorded(gone)).to.deep.include({ edits: {}, reboot: "again" });
    const after = { ...gone, bootId: "later" };
    expect(left(after, proving(after, "gpu")).files).to.deep.equal(UNTOUCHED.files);
  });
});
