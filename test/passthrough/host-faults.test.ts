import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { lifecycle } from "../../providers/core/lifecycle.ts";
import { kind } from "../../providers/passthrough/vfio-host-config.provider.ts";
import { OnLab, type Outputs, orHalf } from "../support/on-lab.ts";

const CLUSTER = ClusterFile.parse({
  name: "faults",
  nodes: [{ name: "pve1", hardware: { board: "z790", cards: ["RTX 3060"], boot: "systemd-boot" } }],
});
const ARGS = { host: "pve1", gpus: [{ match: "RTX 3060" }] };
const RECORD = "/var/lib/pve-ops/resource-gpu.json";
const MODPROBE = "/etc/modprobe.d/pve-ops-gpu.conf";
const CMDLINE = "/etc/kernel/cmdline";

describe("a host on which something goes wrong", function () {
  this.timeout(60_000);
  let on: OnLab;
  before(async () => {
    on = await OnLab.withHosts((session) => lifecycle(kind, session), clusterOf(CLUSTER));
  });
  after(() => on.close());

  const host = () => on.lab.hosts.of("pve1");
  const file = (path: string) => join(host().tree, path);
  const text = (path: string) => readFileSync(file(path), "utf8");
  const left = () => on.left().filter((line) => !/\/var\/log\/|initrd\.img/.test(line));
  /** Each in a provider process of its own: what it asks of the host first is what it is, then it writes. */
  const inputs = async (args: object = ARGS, owner = "proj/dev/gpu", olds?: Outputs) => {
    const { inputs, failures } = await on.process().check(olds, { ...args, owner });
    expect(failures).deep.equals([]);
    return { ...inputs };
  };
  const make = async (args: object = ARGS, owner = "proj/dev/gpu"): Promise<Outputs> => {
    const wanted = await inputs(args, owner);
    return { ...(await on.process().create(wanted)).outs };
  };
  const remove = (outputs: Outputs) => on.process().delete("id", outputs);

  it("has nothing left of a resource that came and went", async () => {
    await remove(await make());
    console.log(on.left());
    expect(left()).deep.equals([]);
  });
});
