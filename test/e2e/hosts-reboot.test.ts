import { join } from "node:path";
import { expect } from "chai";
import { readCluster } from "../../lab/cluster-file.ts";
import { giveRoot, hostsConfig } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, type State } from "../../lab/state.ts";
import type { Workspace } from "../../setup/engine/workspace.ts";
import { bad, destroy, fixture, good, preview, up } from "../support/fixture.ts";

const program = join(import.meta.dirname, "../fixture/programs/tokens");
const SELF = { reboot: "when-needed", onDestroy: { reboot: true }, allowHeadless: true } as const;
const HOSTS = [
  { name: "gpu-1", host: "farm-01", gpus: [{ match: "GTX 1080" }], ...SELF },
  { name: "gpu-2", host: "farm-02", gpus: [{ match: "RX 7900" }], ...SELF },
  { name: "gpu-3", host: "farm-03", gpus: [{ match: "RTX 3060" }], ...SELF },
  { name: "gpu-4", host: "farm-04", gpus: [{ match: "RTX 2080" }], ...SELF },
  { name: "gpu-5", host: "farm-05", gpus: [{ match: "RX 6800" }], ...SELF },
];

describe("hosts that a run reboots, all the way through the engine,", function () {
  this.timeout(300_000);
  let stack: Workspace;
  let lab: Lab;
  let asTheyWere: State;
  const starts = new Map<string, number>();
  const away = new Set<string>();
  let together = 0;
  let hosts: { readonly host: string }[] = HOSTS;

  before(async () => {
    const cluster = readCluster(shipped("farm"));
    giveRoot(cluster);
    lab = await Lab.start(cluster, { hosts: true });
    asTheyWere = lab.state();
    cluster.clock.run(20);
    for (const node of cluster.nodes)
      node.watch(() => {
        if (!node.online) away.add(node.name);
        else if (away.delete(node.name)) starts.set(node.name, (starts.get(node.name) ?? 0) + 1);
        together = Math.max(together, away.size);
      });
    stack = await fixture({}, program);
    stack.configure(hostsConfig(lab));
    declare(...HOSTS);
  });
  after(async () => {
    stack?.close();
    await lab?.close();
  });

  const declare = (...hosts: object[]) => stack.configure({ "pve-ops:vfio": hosts });
  const onVfio = async (host: string) => {
    const { stdout } = await lab.hosts.of(host).run({ command: "lspci -nnk" });
    return stdout.match(/in use: vfio-pci/g)?.length ?? 0;
  };
  const changed = () => differences(asTheyWere, lab.state());

  it("are refused while a group is shared with what the host lives on, allowed or not, or a guest runs there", async () => {
    const sharing = async () => [
      ...(await bad(preview(stack))).matchAll(/farm-02: (0000:\S+) [^\n]*shares IOMMU group[^\n]*: a guest gets/g),
    ];
    const shared = (await sharing()).map(([, address]) => address);
    declare(...HOSTS.map((one) => (one.host === "farm-02" ? { ...one, allowSharedGroup: [...new Set(shared)] } : one)));
    const stays = await sharing();
    expect(stays.length).greaterThan(0).and.lessThan(shared.length);
    for (const [words] of stays) expect(words).includes("which the host uses for");
    hosts = HOSTS.map((one) => (one.host === "farm-02" ? { ...one, gpus: [{ match: "RTX 4090" }] } : one));
    declare(...hosts);
    expect(await good(preview(stack))).includes("farm-01 is to be rebooted, and VM 301 runs there");
    expect(await bad(up(stack)))
      .includes("VM 301 runs there")
      .and.includes("Nothing was written");
    expect(changed()).deep.equals([]);
    hosts = hosts.map((one) => ({ ...one, runningGuests: "shutdown" }));
  });

  it("are shown as such, each with what it is to prove", async () => {
    declare(...hosts);
    const shown = await good(preview(stack));
    expect(shown.match(/kind +: "reboot"/g)).length(10);
    // Where it is destroyed nothing is armed.
    expect(shown.match(/heals itself 300 s later/g)).length(5);
  });

  it("come back with their cards on vfio-pci, one after the other, and then there is nothing to do", async () => {
    await good(up(stack));
    for (const { host } of HOSTS) {
      expect(starts.get(host), host).equals(1);
      expect(await onVfio(host), host).greaterThan(1);
    }
    expect(together).equals(1);
    expect(await good(preview(stack, "--expect-no-changes"))).not.includes("reboot");
  });

  it("that come back otherwise heal themselves, the run says so, and the next one goes on", async () => {
    lab.cluster.faults.reboots({ node: "farm-03", cmdline: "before" });
    declare(...hosts.map((one) => (one.host === "farm-03" ? { ...one, kernelParameters: ["pcie_aspm=off"] } : one)));
    const said = await bad(up(stack));
    expect(said).includes("farm-03").and.includes("It healed itself: every file is as before");
    expect(starts.get("farm-03")).equals(3);
    expect(await onVfio("farm-03")).equals(2);
    expect(await good(preview(stack)))
      .includes("pcie_aspm=off")
      .and.includes("farm-03 healed itself");
    await good(up(stack));
    expect(starts.get("farm-03")).equals(4);
    await good(preview(stack, "--expect-no-changes"));
  });

  it("are rebooted once more by a destroy that says so, and are as before, drivers and all", async () => {
    await good(destroy(stack));
    for (const { host } of HOSTS) expect(await onVfio(host), host).equals(0);
    expect(changed().filter((line) => !/\/var\/log\/|initrd\.img|what runs: /.test(line))).deep.equals([]);
  });
});
