import { expect } from "chai";
import { newConfig } from "../../../lab/guests/guest.ts";
import { OneHost } from "../../support/one-host.ts";
import { needsHosts } from "../../support/trial-hosts.ts";

const PIDS = "cd /run/qemu-server && for f in *.pid; do kill -0 $(cat $f) && cat /proc/$(cat $f)/comm && echo $f; done";

describe("guests that run on a host", function () {
  this.timeout(60_000);
  let on: OneHost;
  before(async function () {
    await needsHosts(this);
    on = await OneHost.start();
    const { guests } = on.lab.cluster;
    for (const [vmid, type] of [
      [101, "qemu"],
      [102, "qemu"],
      [201, "lxc"],
    ] as const)
      guests.set(vmid, { vmid, type, node: "pve1", config: newConfig([["name", `g${vmid}`]]), startedAt: undefined });
  });
  after(() => on?.close());

  const runs = (vmid: number, at: number | undefined) => {
    const guest = on.lab.cluster.guests.get(vmid);
    if (guest) guest.startedAt = at;
  };
  const start = (vmid: number) => runs(vmid, on.lab.cluster.now());
  const stop = (vmid: number) => runs(vmid, undefined);
  const cgroups = () => on.says("cd /sys/fs/cgroup && ls -d qemu.slice/* lxc/* 2> /dev/null || true");

  it("have a process and a cgroup each, as those of PVE have, once they are started", async () => {
    expect(await on.says("ls /run/qemu-server 2> /dev/null || true")).to.equal("");
    for (const vmid of [101, 102, 201]) start(vmid);
    expect(await on.says(PIDS)).to.equal("kvm\n101.pid\nkvm\n102.pid");
    expect(await cgroups()).to.equal("lxc/201\nqemu.slice/101.scope\nqemu.slice/102.scope");
    expect(await on.says("tr '\\0' ' ' < /proc/$(cat /run/qemu-server/101.pid)/cmdline")).to.include(
      "kvm -id 101 -name g101,",
    );
    expect(await on.says("qm list | tr -s ' ' | cut -d ' ' -f 2,7 | head -2 | tail -1")).to.equal(
      `101 ${await on.says("cat /run/qemu-server/101.pid")}`,
    );
  });

  it("are seen alike by many that look at once, with what they say and are told untouched", async () => {
    stop(101);
    const pids = await Promise.all(Array.from({ length: 8 }, () => on.says("cat /run/qemu-server/*.pid")));
    expect(new Set(pids).size).to.equal(1);
    const { stdout, stderr, code } = await on.host.run({ command: "cat; exit 7" }, "input");
    expect([stdout, stderr, code]).to.deep.equal(["input", "", 7]);
  });

  it("have neither any more when they are stopped, and after a reboot", async () => {
    stop(102);
    expect(await on.says("while ps -C kvm > /dev/null; do sleep 0.01; done; ls /run/qemu-server")).to.equal("");
    expect(await cgroups()).to.equal("lxc/201");
    start(101);
    expect(await on.says("ls /run/qemu-server")).to.equal("101.pid");
    await on.reboot();
    expect(await on.says("ls /run/qemu-server 2> /dev/null || true")).to.equal("");
    expect(await cgroups()).to.equal("");
  });

  it("run again after a reboot where they are to be started with the host", async () => {
    on.lab.cluster.guests.get(102)?.config.values.set("onboot", "1");
    await on.reboot();
    expect(await on.says("until test -e /run/qemu-server/102.pid; do sleep 0.01; done; ls /run/qemu-server")).to.equal(
      "102.pid",
    );
  });
});
