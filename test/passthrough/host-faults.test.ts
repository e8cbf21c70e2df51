import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { lifecycle } from "../../providers/core/lifecycle.ts";
import { kind } from "../../providers/passthrough/vfio-host-config.provider.ts";
import { OnLab, type Outputs } from "../support/on-lab.ts";

const CLUSTER = ClusterFile.parse({
  name: "faults",
  nodes: [{ name: "pve1", hardware: { board: "z790", cards: ["RTX 3060"], boot: "systemd-boot" } }],
});
const GPU = { host: "pve1", gpus: [{ match: "RTX 3060" }] };
const POWER = { host: "pve1", kernelParameters: ["pcie_aspm=off"] };
const OWNER = "proj/dev/gpu";

const JOURNAL = "/var/lib/pve-ops";
const MODPROBE = "/etc/modprobe.d/pve-ops-gpu.conf";
const CMDLINE = "/etc/kernel/cmdline";

/** When the connection ends as it is made, and as it goes. */
const MOMENTS = [
  [
    "and the shell with it, at the first of it",
    { at: "during", file: `${JOURNAL}/resource-gpu.json`, kill: true },
    { at: "during", bytes: 30, kill: true },
  ],
  [
    "among the files",
    { at: "during", file: `${JOURNAL}/originals/%2Fetc%2Fkernel%2Fcmdline` },
    { at: "during", bytes: 60 },
  ],
  [
    "and the shell with it, among the files",
    { at: "during", file: MODPROBE, kill: true },
    { at: "during", bytes: 80, kill: true },
  ],
  ["while it rebuilds", { at: "during", file: `${JOURNAL}/work` }, { at: "during", file: `${JOURNAL}/work` }],
  [
    "and the shell with it, while it rebuilds",
    { at: "during", file: `${JOURNAL}/work`, kill: true },
    { at: "during", file: `${JOURNAL}/work`, kill: true },
  ],
  ["after all was done", { at: "after" }, { at: "after" }],
] as const;

describe("a host on which something goes wrong", function () {
  this.timeout(60_000);
  let on: OnLab;
  before(async () => {
    on = await OnLab.withHosts((session) => lifecycle(kind, session), clusterOf(CLUSTER));
  });
  after(() => on.close());
  afterEach(() => on.lab.cluster.faults.clear());

  const file = (path: string) => join(on.lab.hosts.of("pve1").tree, path);
  const text = (path: string) => readFileSync(file(path), "utf8");
  const left = () => on.left().filter((line) => !line.includes("/var/log/"));
  // Each call is a provider process of its own: it asks what the host is, and then it writes.
  const wanted = async (args: object, owner = OWNER, olds?: Outputs): Promise<Outputs> => {
    const { inputs, failures } = await on.process().check(olds, { ...args, owner });
    expect(failures).deep.equals([]);
    return { ...inputs };
  };
  const up = async (args: object, olds?: Outputs, owner = OWNER): Promise<Outputs> => {
    const inputs = await wanted(args, owner, olds);
    const made = await (olds ? on.process().update("id", olds, inputs) : on.process().create(inputs));
    const outputs = { ...made.outs };
    const again = await wanted(args, owner, outputs);
    expect((await on.process().diff("id", outputs, again)).changes).equals(false);
    expect(again["effects"]).deep.equals([]);
    return outputs;
  };
  const gone = (outputs: Outputs) => on.process().delete("id", outputs);
  const breaks = (fault: Parameters<(typeof on.lab.cluster.faults)["ssh"]>[0]) =>
    on.lab.cluster.faults.ssh({ node: "pve1", skip: 1, times: 1, ...fault });

  it("has all it is to have, and nothing after it, where the connection was cut before anything was sent", async () => {
    breaks({ at: "before" });
    const outputs = await up(GPU);
    breaks({ at: "before" });
    await gone(outputs);
    expect(left()).deep.equals([]);
  });

  for (const [when, coming, going] of MOMENTS)
    it(`is put right by the next run, and left as it was, where the connection was cut ${when}`, async () => {
      const inputs = await wanted(GPU);
      breaks(coming);
      const half = await broken(on.process().create(inputs));
      on.lab.cluster.faults.clear();
      const outputs = await up(GPU, half.outputs);
      expect(text(CMDLINE)).matches(/intel_iommu=on iommu=pt\n$/);
      breaks(going);
      await broken(gone(outputs));
      on.lab.cluster.faults.clear();
      await gone(outputs);
      expect(left()).deep.equals([]);
    });

  it("stays as it was where there is no room or nothing may be written, says so, and goes on from there", async () => {
    const { mounts } = on.lab.hosts.of("pve1");
    const inputs = await wanted(GPU);
    await mounts.fill("/etc/modprobe.d", 0);
    const full = await broken(on.process().create(inputs));
    expect(full.words).matches(/writing \/etc\/modprobe\.d\/pve-ops-gpu\.conf on pve1: .*No space left on device/);
    await mounts.empty("/etc/modprobe.d");
    await mounts.disk("ro");
    const sealed = await broken(on.process().update("id", { ...full.outputs }, inputs));
    expect(sealed.words).matches(/on pve1: .*Read-only file system/);
    await mounts.disk("rw");
    await gone(await up(GPU, sealed.outputs));
    expect(left()).deep.equals([]);
  });

  it("rebuilds again where that failed, and where the host went down in it", async () => {
    const host = on.lab.hosts.of("pve1");
    const hook = "/etc/initramfs/post-update.d/zz-fails";
    writeFileSync(file(hook), "#!/bin/sh\necho no space left on the ESP >&2; exit 1\n", { mode: 0o755 });
    const inputs = await wanted(GPU);
    const failed = await broken(on.process().create(inputs));
    expect(failed.words).matches(/running update-initramfs -u -k all on pve1: exit \d+: .*no space left on the ESP/s);
    rmSync(file(hook));
    breaks({ at: "during", file: `${JOURNAL}/work` });
    await broken(on.process().update("id", { ...failed.outputs }, inputs));
    const back = new Promise<void>((done) => host.node.watch(() => host.node.online && done()));
    await host.run({ command: "reboot" });
    on.lab.cluster.clock.step(600);
    await back;
    await gone(await up(GPU, failed.outputs));
    expect(left()).deep.equals([]);
  });

  it("keeps what its admin wrote between a preview and the up, and after the destroy", async () => {
    const before = text(CMDLINE);
    const inputs = await wanted(GPU);
    writeFileSync(file(CMDLINE), before.replace("\n", " mine\n"));
    const { outs } = await on.process().create(inputs);
    expect(text(CMDLINE)).matches(/ mine intel_iommu=on iommu=pt\n$/);
    writeFileSync(file(CMDLINE), `${text(CMDLINE).trimEnd()} more\n`);
    await gone({ ...outs });
    expect(text(CMDLINE)).equals(before.replace("\n", " mine more\n"));
    writeFileSync(file(CMDLINE), before);
    await on.lab.hosts.of("pve1").run({ command: "proxmox-boot-tool refresh" });
    expect(left()).deep.equals([]);
  });

  it("takes two stacks at the same moment; what both want stays until the last of them is gone", async () => {
    const [gpu, power] = await Promise.all([up(GPU), up(POWER, undefined, "proj/prod/power")]);
    expect(text(CMDLINE)).matches(/zfs(?= .*intel_iommu=on)(?= .*iommu=pt)(?=.* pcie_aspm=off)(?: \S+){3}\n$/);
    await gone(gpu);
    expect(text(CMDLINE)).matches(/zfs(?= .*intel_iommu=on)(?= .*iommu=pt)(?=.* pcie_aspm=off)(?: \S+){3}\n$/);
    await Promise.all([gone(power), up(GPU).then(gone)]);
    expect(left()).deep.equals([]);
  });

  it("is refused to the second of two stacks that call a resource alike, also where both begin at once", async () => {
    const both = await Promise.all([OWNER, "proj/prod/gpu"].map((owner) => wanted(POWER, owner)));
    const runs = await Promise.allSettled(both.map((inputs) => on.process().create(inputs)));
    const refused = runs.flatMap((run) => (run.status === "rejected" ? [String(run.reason)] : []));
    expect(refused).length(1);
    expect(refused[0]).matches(/belongs to urn:pulumi:(?:dev|prod)::/);
    for (const run of runs) if (run.status === "fulfilled") await gone({ ...run.value.outs });
    expect(left()).deep.equals([]);
  });

  it("is not called done by a refresh while something waits to be rebuilt", async () => {
    const outputs = await up(GPU);
    writeFileSync(file(MODPROBE), "");
    const { props } = await on.process().read("id", outputs);
    const inputs = await wanted(GPU, OWNER, props);
    breaks({ at: "during", file: `${JOURNAL}/work`, kill: true });
    await broken(on.process().update("id", { ...props }, inputs));
    on.lab.cluster.faults.clear();
    // The provider process was killed, too: the state is the one from before.
    const after = await on.process().read("id", { ...props });
    expect((await on.process().diff("id", { ...after.props }, inputs)).changes).equals(true);
    await gone(await up(GPU, after.props));
    expect(left()).deep.equals([]);
  });

  it("still is there for a refresh where nothing was to be done on it", async () => {
    const outputs = await up({ host: "pve1", mode: "off" });
    const { props } = await on.process().read("id", outputs);
    expect((await on.process().diff("id", { ...props }, outputs)).changes).equals(false);
    await gone({ ...props });
    expect(left()).deep.equals([]);
  });

  it("is not touched where a newer version left more in its journal than this one knows", async () => {
    const outputs = await up(GPU);
    const record = text(`${JOURNAL}/resource-gpu.json`);
    writeFileSync(file(`${JOURNAL}/resource-gpu.json`), record.replace("{", '{ "armed": "reboot-1",'));
    const { words } = await broken(gone(outputs));
    expect(words).matches(/resource-gpu\.json.*it is not as this version writes it/);
    writeFileSync(file(`${JOURNAL}/resource-gpu.json`), record);
    await gone(outputs);
    expect(left()).deep.equals([]);
  });
});

/** What failed says, and what of it Pulumi would keep. */
async function broken(work: Promise<unknown>): Promise<{ words: string; outputs: Outputs | undefined }> {
  const thrown: unknown = await work.then(
    () => new Error("it went through"),
    (error: unknown) => error,
  );
  if (!(thrown instanceof Error)) throw thrown;
  expect(thrown.message).not.equals("it went through");
  return {
    words: thrown.message,
    outputs: "properties" in thrown ? JSON.parse(JSON.stringify(thrown.properties)) : undefined,
  };
}
