import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import type { BadReboot } from "../../../lab/faults.ts";
import { OneHost } from "../../support/one-host.ts";
import { needsHosts } from "../../support/trial-hosts.ts";

describe("a reboot of a host", function () {
  this.timeout(60_000);
  let on: OneHost;
  before(async function () {
    await needsHosts(this);
    on = await OneHost.start({ board: "x570", cards: ["GTX 1080"] });
  });
  after(() => on?.close());
  afterEach(() => on.lab.cluster.faults.clear());

  const reboots = (fault: Partial<BadReboot>) => on.lab.cluster.faults.reboots(fault);
  const byHand = async () => {
    on.node.comeBack();
    await on.node.started();
  };

  it("ends every connection, and nobody listens until the host is back", async () => {
    const { address, port } = on.host.ssh;
    const open = connect(port, address).resume();
    await once(open, "data");
    const closed = once(
      open.on("error", () => undefined),
      "close",
    );
    await on.reboot(2);
    await closed;
    const [refusal] = await once(connect(port, address), "error");
    expect(refusal).to.include({ code: "ECONNREFUSED" });
    await on.pass(30);
    const again = connect(port, address).resume();
    await once(again, "data");
    again.destroy();
  });

  for (const hang of ["down", "up"] as const)
    it(`may hang as the host goes or comes ${hang}: it is away until somebody switches it on`, async () => {
      reboots({ node: "pve1", hang });
      await on.reboot();
      await on.pass(100_000);
      expect([on.node.online, on.host.trouble]).to.deep.equal([
        false,
        hang === "down" ? "it hangs as it goes down" : "it hangs as it starts",
      ]);
      await byHand();
      expect([on.node.online, on.host.trouble]).to.deep.equal([true, undefined]);
    });

  it("may take longer, once", async () => {
    reboots({ seconds: 600 });
    await on.reboot(631);
    expect(on.node.online).to.equal(false);
    await on.pass(1);
    expect(on.node.online).to.equal(true);
    await on.reboot();
    expect(on.node.online).to.equal(true);
  });

  it("may bring back the command line of before, or another kernel, with another boot id all the same", async () => {
    const told = "cat /proc/sys/kernel/random/boot_id; cat /proc/cmdline; uname -r";
    const [firstId, cmdline, kernel] = (await on.says(told)).split("\n");
    await on.says(
      "echo 'GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"' > /etc/default/grub.d/zz-test.cfg; update-grub 2>&1",
    );
    reboots({ cmdline: "before", kernel: "6.5.13-6-pve" });
    await on.reboot();
    const [secondId, ...rest] = (await on.says(told)).split("\n");
    expect(rest).to.deep.equal([cmdline, "6.5.13-6-pve"]);
    expect(secondId).to.not.equal(firstId);
    await on.reboot();
    expect((await on.says(told)).split("\n").slice(1)).to.deep.equal([`${cmdline} iommu=pt`, kernel]);
  });

  it("may leave the host without network; what runs there runs, and another reboot brings it back", async () => {
    await on.write(
      "/etc/systemd/system/again.service",
      "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'rm /etc/systemd/system/*.wants/again.service; reboot'\n[Install]\nWantedBy=multi-user.target\n",
    );
    await on.says("systemctl enable --quiet again");
    reboots({ network: false });
    await on.reboot();
    expect([on.node.online, on.host.trouble]).to.deep.equal([false, "its network does not come up"]);
    await on.changes();
    await on.changes();
    expect([on.node.online, on.host.trouble]).to.deep.equal([true, undefined]);
  });

  it("is one, however often it is asked for", async () => {
    reboots({ skip: 1, hang: "up" });
    await on.says("reboot; systemctl reboot; shutdown -r now");
    await on.pass(32);
    expect(on.node.online).to.equal(true);
    expect(on.lab.cluster.faults.told().reboots[0]?.seen).to.equal(1);
  });

  it("starts over by itself where panic= says so, until the host boots", async () => {
    await on.says(
      "echo 'GRUB_CMDLINE_LINUX=\"init=/bin/false panic=10\"' > /etc/default/grub.d/zz-test.cfg; update-grub 2>&1",
    );
    await on.reboot();
    for (const _ of [1, 2, 3]) await on.pass(10);
    expect(on.host.trouble).to.include("Attempted to kill init");
    reboots({ hang: "up" });
    await on.pass(10);
    await on.pass(10);
    expect(on.host.trouble).to.equal("it hangs as it starts");
  });
});
