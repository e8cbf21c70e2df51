import { expect } from "chai";
import type { Edit } from "#providers/host/edit/edit.ts";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { hostPlan } from "#providers/host/host-plan.ts";
import { journalIn, proving } from "#providers/host/journal.ts";
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

const planned = (facts: HostFacts, edits: ReadonlyMap<string, Edit>, binding?: Binding) =>
  hostPlan({
    who: { name: "gpu", urn: "urn:gpu" },
    facts,
    edits,
    force: false,
    ...(binding ? { binding } : {}),
    rebuilds: () => [],
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
  const proven = left(made, proving(made, "gpu", EDITS));

  it("is read as earlier versions wrote it, and needs nothing more", () => {
    expect(Object.keys(JSON.parse(made.files[RECORD] ?? ""))).to.deep.equal(["urn", "edits", "pending"]);
    expect(planned(made, EDITS)).to.deep.equal([]);
  });

  it("has what stood there when a reboot was proven, and goes back to that in full", () => {
    expect(new Map(Object.entries(recorded(proven)?.proven ?? {}))).to.deep.equal(EDITS);
    expect(planned(proven, EDITS)).to.deep.equal([]);
    const changed = left(proven, planned(proven, new Map([["/etc/modules", { kind: "block", text: "other" }]])));
    expect(changed.files[PATH]).to.equal(UNTOUCHED.files[PATH]);
    const back = left(changed, planned(changed, new Map(Object.entries(recorded(changed)?.proven ?? {}))));
    expect(back.files).to.deep.equal(proven.files);
  });

  it("keeps what was proven and what is bound through every step of a change", () => {
    const bound = { "0000:01:00.0": { driver: "amdgpu", boot: UNTOUCHED.bootId } };
    const binds = left(proven, planned(proven, EDITS, { during: bound, after: bound, steps: [] }));
    const other = new Map<string, Edit>([["/etc/modprobe.d/gpu.conf", { kind: "owned", text: "blacklist nouveau" }]]);
    const all = records(binds, planned(binds, other));
    expect(all.length).to.be.greaterThan(1);
    for (const record of all) expect(record).to.deep.include({ proven: recorded(proven)?.proven, bound });
  });

  it("goes with the last edit, unless something is still bound", () => {
    expect(recorded(left(proven, planned(proven, NOTHING)))).to.equal(undefined);
    const bound = { "0000:01:00.0": { boot: UNTOUCHED.bootId } };
    const binds = left(proven, planned(proven, EDITS, { during: bound, after: bound, steps: [] }));
    const gone = left(binds, planned(binds, NOTHING));
    expect(recorded(gone)).to.deep.include({ edits: {}, bound });
    expect(gone.files[PATH]).to.equal(UNTOUCHED.files[PATH]);
    const given = left(gone, planned(gone, NOTHING, { during: bound, after: undefined, steps: [] }));
    expect(given.files).to.deep.equal(UNTOUCHED.files);
  });
});
