import { readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ClusterFile, clusterOf } from "../../lab/cluster-file.ts";
import { lifecycle } from "../../providers/core/lifecycle.ts";
import type { HostFacts } from "../../providers/host/host-facts.ts";
import { hostOf } from "../../providers/host/run-host.ts";
import { hostsOf } from "../../providers/host/ssh/hosts.ts";
import { type ByHand, bindSteps, unbindSteps } from "../../providers/passthrough/by-hand.ts";
import { kind } from "../../providers/passthrough/vfio-host-config.provider.ts";
import { Half, OnLab, type Outputs } from "../support/on-lab.ts";
import { needsHosts } from "../support/trial-hosts.ts";

// Two equal cards, of which the host keeps one, and a console of its own; and a host whose one card shows its console.
const CLUSTER = ClusterFile.parse({
  name: "binding",
  nodes: [
    { name: "pve1", hardware: { board: "rome", cards: ["RTX 3090", "RTX 3090", "RX 6800"] } },
    { name: "pve2", hardware: { board: "x570", cards: ["RX 470"] } },
  ],
});

describe("a card that is bound while the host runs", function () {
  this.timeout(60_000);
  let on: OnLab;
  let cards: readonly string[];
  before(async function () {
    await needsHosts(this);
    on = await OnLab.withHosts((session) => lifecycle(kind, session), clusterOf(CLUSTER));
    const found = (await says("lspci -Dn -d 10de::0300")).split("\n").map((line) => line.slice(0, 10));
    cards = found;
    expect(cards).length(2);
  });
  after(() => on?.close());
  afterEach(() => on.lab.cluster.faults.clear());

  const host = () => on.lab.hosts.of("pve1");
  const says = async (command: string) => {
    const { stdout, stderr, code } = await host().run({ command });
    if (code !== 0) throw new Error(`${command}: exit ${code}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  };
  const card = (n: number) => cards[n] ?? "";
  const gpu = (...n: number[]) => ({
    host: "pve1",
    gpus: n.map((one) => ({ address: card(one) })),
    persist: false,
  });
  const drivers = async (n: number) =>
    (await says(`readlink /sys/bus/pci/devices/${card(n)}.*/driver`)).replaceAll(/\S*\//g, "").split("\n");
  const OWN = ["nouveau", "snd_hda_intel"];
  const HANDED_ON = ["vfio-pci", "vfio-pci"];
  const file = (path: string) => join(host().tree, path);
  const groupOf = async (n: number) =>
    (await says(`readlink /sys/bus/pci/devices/${card(n)}.0/iommu_group`)).replace(/.*\//, "");
  /** What a guest is to the kernel: a process that has the group open until it is told to go. */
  const holding = async (group: string) => {
    const guest = "exec 5< /dev/vfio/$0; mkfifo /run/go; read -r _ < /run/go; rm /run/go";
    const ended = host().run(["/bin/sh", "-c", guest, group]);
    await says("until [ -e /run/go ]; do sleep 0.02; done");
    return async () => {
      await says("echo > /run/go");
      await ended;
    };
  };
  /** As `pve-ops bind` and `unbind` do it. */
  const byHand = async (plan: (facts: HostFacts) => ByHand) => {
    const config = (key: string) => on.config[key];
    const there = hostOf({ config }, "pve1");
    const { steps, refusals } = plan(await there.facts());
    expect(refusals).deep.equals([]);
    await there.apply(steps);
    await hostsOf({ config }).end();
  };
  /** The next call is another run. */
  const between = () => void on.byHand;
  const left = () => on.left().filter((line) => !line.includes("/var/log/"));
  const effects = async (args: object) => JSON.stringify((await on.preview("gpu", args))["effects"]);

  it("is shown in a preview, bound by up with its sound, and back with its drivers after a destroy", async () => {
    const inputs = await on.preview("gpu", gpu(0));
    expect(JSON.stringify(inputs["effects"])).matches(
      new RegExp(`"bind","target":"pve1","detail":"${card(0)}.0 from nouveau to vfio-pci \\([0-9a-f]{8}\\)"`),
    );
    expect(JSON.stringify(inputs["onDelete"])).includes(`${card(0)}.1 from vfio-pci back to snd_hda_intel`);
    const made = await on.make("gpu", gpu(0));
    expect(made["files"]).deep.equals({});
    expect(Object.keys(Object(made["objects"]))).deep.equals(
      [0, 1].map((n) => `/sys/bus/pci/devices/${card(0)}.${n}/driver`),
    );
    expect([await drivers(0), await drivers(1)]).deep.equals([HANDED_ON, OWN]);
    between();
    expect(await on.isDifferent("gpu", made, gpu(0))).equals(false);
    expect(await effects(gpu(0))).equals("[]");
    await on.remove("gpu", made);
    expect([await drivers(0), await drivers(1)]).deep.equals([OWN, OWN]);
    expect(await says(`cat /sys/bus/pci/devices/${card(0)}.*/driver_override`)).equals("(null)\n(null)");
    expect(left()).deep.equals([]);
  });

  it("is drift after a reboot, and bound again by the next up", async () => {
    const made = await on.make("gpu", gpu(0));
    const back = new Promise<void>((done) => host().node.watch(() => host().node.online && done()));
    await host().run({ command: "reboot" });
    on.lab.cluster.clock.step(600);
    await back;
    between();
    const found = await on.refresh("gpu", made);
    expect(found?.["objects"]).deep.equals({});
    expect(await on.isDifferent("gpu", { ...found }, gpu(0))).equals(true);
    const again = await on.change("gpu", { ...found }, gpu(0));
    expect(await drivers(0)).deep.equals(HANDED_ON);
    await on.remove("gpu", again);
    expect(await drivers(0)).deep.equals(OWN);
    expect(left()).deep.equals([]);
  });

  it("stays with a guest that uses it: a destroy says which, and does the rest of it later", async () => {
    const made = await on.make("gpu", gpu(0));
    const group = await groupOf(0);
    const letGo = await holding(group);
    between();
    const { message } = await failing(on.remove("gpu", made));
    expect(message).matches(
      new RegExp(`giving back ${card(0)}.0, .* on pve1: .* in use .process \\d+, sh, has /dev/vfio/${group} open`),
    );
    expect(await drivers(0)).deep.equals(HANDED_ON);
    await letGo();
    between();
    await on.remove("gpu", made);
    expect(await drivers(0)).deep.equals(OWN);
    expect(left()).deep.equals([]);
  });

  it("is not there by halves: what a driver refuses takes back the rest of its slot, and the next up goes on", async () => {
    const unbind = file("/sys/bus/pci/drivers/snd_hda_intel/unbind");
    const control = readlinkSync(unbind);
    rmSync(unbind);
    writeFileSync(unbind, "");
    const { outputs, message } = await half(on.make("gpu", gpu(0, 1)));
    expect(message).matches(new RegExp(`binding ${card(0)}.0, .* to vfio-pci on pve1: ${card(0)}.1: tee: .*unbind`));
    expect([await drivers(0), await drivers(1)]).deep.equals([OWN, OWN]);
    rmSync(unbind);
    symlinkSync(control, unbind);
    between();
    const made = await on.change("gpu", outputs, gpu(0, 1));
    expect([await drivers(0), await drivers(1)]).deep.equals([HANDED_ON, HANDED_ON]);
    between();
    const less = await on.change("gpu", made, gpu(1));
    expect([await drivers(0), await drivers(1)]).deep.equals([OWN, HANDED_ON]);
    between();
    await on.remove("gpu", less);
    expect([await drivers(0), await drivers(1)]).deep.equals([OWN, OWN]);
    expect(left()).deep.equals([]);
  });

  for (const [when, cut] of [
    ["and the shell with it, between two devices", { kill: true }],
    ["between two devices", {}],
  ] as const)
    it(`is put right by the next run, and given back, where the connection ended ${when}`, async () => {
      const inDriver = (driver: string) => `/sys/bus/pci/drivers/${driver}/${card(0)}.0`;
      // Another process, so that it asks what the host is before it writes.
      const cutAt = (driver: string) =>
        on.lab.cluster.faults.ssh({ node: "pve1", at: "during", file: inDriver(driver), times: 1, skip: 1, ...cut });
      const inputs = await on.preview("gpu", gpu(0));
      cutAt("vfio-pci");
      await failing(on.process().create(inputs));
      between();
      const made = await on.make("gpu", gpu(0));
      expect(await drivers(0)).deep.equals(HANDED_ON);
      cutAt("nouveau");
      between();
      await failing(on.remove("gpu", made));
      between();
      await on.remove("gpu", made);
      expect(await drivers(0)).deep.equals(OWN);
      expect(left()).deep.equals([]);
    });

  it("is found again where the state was lost, and stays where it was before anybody of us came", async () => {
    await byHand((facts) => bindSteps(facts, `${card(1)}.0`, "pve1"));
    between();
    await on.make("gpu", gpu(0, 1));
    between();
    const made = await on.make("gpu", gpu(0, 1));
    between();
    await on.remove("gpu", made);
    expect([await drivers(0), await drivers(1)]).deep.equals([OWN, HANDED_ON]);
    await byHand((facts) => unbindSteps(facts, card(1), {}));
    expect([await drivers(0), await drivers(1)]).deep.equals([OWN, OWN]);
    expect(left()).deep.equals([]);
  });

  it("gets its driver back by hand though vfio-pci was given its id, as Proxmox VE does for a guest", async () => {
    for (const n of [0, 1])
      await says(
        `modprobe vfio-pci; cd /sys/bus/pci/devices/${card(0)}.${n} && echo ${card(0)}.${n} > driver/unbind && ` +
          'echo "$(cat vendor) $(cat device)" > /sys/bus/pci/drivers/vfio-pci/new_id',
      );
    expect(await drivers(0)).deep.equals(HANDED_ON);
    between();
    await byHand((facts) => unbindSteps(facts, card(0), {}));
    expect(await drivers(0)).deep.equals(OWN);
    expect(left()).deep.equals([]);
  });

  it("stays with vfio-pci where files take over, and where they go again", async () => {
    const made = await on.make("gpu", gpu(0));
    const group = await groupOf(0);
    const letGo = await holding(group);
    between();
    const kept = await on.change("gpu", made, { ...gpu(0), persist: true, bind: "address" });
    expect(Object.keys(Object(kept["files"]))).includes("/etc/modprobe.d/pve-ops-gpu.conf");
    between();
    const again = await on.change("gpu", kept, gpu(0));
    expect(again["files"]).deep.equals({});
    expect(await drivers(0)).deep.equals(HANDED_ON);
    await letGo();
    between();
    await on.remove("gpu", again);
    expect(await drivers(0)).deep.equals(OWN);
    expect(left()).deep.equals([]);
  });

  it("takes the console with it where that is on it, says so before, and brings it back", async () => {
    const args = { host: "pve2", gpus: [{ match: "RX 470" }], persist: false, allowHeadless: true };
    const drawn = async () =>
      (await on.lab.hosts.of("pve2").run({ command: "cat /sys/class/vtconsole/vtcon1/bind" })).stdout;
    expect(await drawn()).equals("1\n");
    expect(await on.findings("only", args))
      .length(1)
      .and.satisfies(([one]: string[]) => one?.startsWith("console pve2: "));
    const made = await on.make("only", args);
    expect(await drawn()).equals("");
    between();
    await on.remove("only", made);
    expect(await drawn()).equals("1\n");
    expect(left()).deep.equals([]);
  });

  it("gets its driver back though that was taken out of the kernel meanwhile, and until then keeps vfio-pci", async () => {
    const made = await on.make("gpu", gpu(0));
    await says("modprobe -r nouveau; echo install nouveau /bin/false > /etc/modprobe.d/off.conf");
    between();
    const { message } = await failing(on.remove("gpu", made));
    expect(message).includes(`${card(0)}.0: its driver nouveau is not there, and modprobe finds none: modprobe: ERROR`);
    expect(await says(`basename $(readlink /sys/bus/pci/devices/${card(0)}.0/driver)`)).equals("vfio-pci");
    await says("rm /etc/modprobe.d/off.conf");
    between();
    await on.remove("gpu", made);
    expect([await drivers(0), await drivers(1)]).deep.equals([OWN, OWN]);
    expect(left()).deep.equals([]);
  });
});

async function failing(work: Promise<unknown>): Promise<Error> {
  const thrown = await work.then(
    () => new Error("it went through"),
    (error: unknown) => error,
  );
  if (!(thrown instanceof Error) || thrown.message === "it went through") throw thrown;
  return thrown;
}

async function half(work: Promise<Outputs>): Promise<Half> {
  const thrown = await failing(work);
  if (!(thrown instanceof Half)) throw thrown;
  return thrown;
}
