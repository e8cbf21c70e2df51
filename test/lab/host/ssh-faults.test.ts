import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import type { z } from "zod";
import { SshFault } from "../../../lab/faults.ts";
import { SshLab } from "../../support/ssh-lab.ts";

const CUT = 255;

describe("a host of the lab that misbehaves", function () {
  this.timeout(60_000);
  let lab: SshLab;
  before(async () => {
    lab = await SshLab.open();
  });
  after(() => lab?.close());
  afterEach(() => lab.lab.cluster.faults.clear());

  const fault = (one: z.input<typeof SshFault>) => lab.lab.cluster.faults.ssh({ times: 1, ...one });
  const clean = (path: string) => lab.ssh("pve1", `rm -f ${path}`);
  /** Waits until a file of the host is there. */
  const there = (path: string) =>
    lab.host("pve1").run({ command: `until test -e ${path}; do sleep 0.01; done; cat ${path}` });

  it("takes no connection, once", async () => {
    fault({ at: "connect" });
    expect((await lab.ssh("pve1", "true")).code).to.equal(CUT);
    expect((await lab.ssh("pve1", "true")).code).to.equal(0);
  });

  it("cuts the connection before a command, and does nothing of it", async () => {
    fault({ at: "before", command: "touch" });
    expect((await lab.ssh("pve1", "echo fine")).stdout).to.equal("fine\n");
    expect((await lab.ssh("pve1", "touch /root/before")).code).to.equal(CUT);
    expect((await lab.ssh("pve1", "test -e /root/before")).code).to.equal(1);
  });

  it("cuts it after some bytes of output, and the command goes on", async () => {
    fault({ at: "during", bytes: 4 });
    const { stdout, code } = await lab.ssh(
      "pve1",
      "echo 123; trap '' PIPE; sleep 0.05; echo 456; echo done > /root/bytes",
    );
    expect({ stdout, code }).to.deep.equal({ stdout: "123\n", code: CUT });
    expect((await there("/root/bytes")).stdout).to.equal("done\n");
    await clean("/root/bytes");
  });

  it("cuts it as soon as a file is there, and kills the command if that is asked for", async () => {
    fault({ at: "during", file: "/root/begun", kill: true });
    expect((await lab.ssh("pve1", "echo $$ > /root/begun; sleep 600; true")).code).to.equal(CUT);
    await lab.host("pve1").run({ command: "while kill -0 $(cat /root/begun); do sleep 0.01; done" });
    await clean("/root/begun");
  });

  it("cuts it after a while", async () => {
    fault({ at: "during", milliseconds: 20 });
    expect((await lab.ssh("pve1", "sleep 600")).code).to.equal(CUT);
  });

  it("cuts it when the command has ended and said all, before it tells how it ended", async () => {
    fault({ at: "after" });
    expect(await lab.ssh("pve1", "echo all; touch /root/after")).to.include({ stdout: "all\n", code: CUT });
    expect((await lab.ssh("pve1", "rm /root/after")).code).to.equal(0);
  });

  it("falls silent, which a client notices who asks whether it is alive", async () => {
    fault({ at: "during", bytes: 0, how: "silence" });
    const args = ["-oServerAliveInterval=1", "-oServerAliveCountMax=1"];
    const { code, stderr } = await lab.ssh("pve1", "echo nobody hears", { args });
    expect(code, stderr).to.equal(CUT);
  });

  it("is slow on every way there and back", async () => {
    const time = async () => {
      const begun = performance.now();
      await lab.ssh("pve1", "true");
      return performance.now() - begun;
    };
    const { faults } = lab.lab.cluster;
    faults.latency = 50;
    // Greeting, keys, service, user, key, session, command: each waits for an answer.
    expect(await time()).to.be.greaterThan(50 * 7);
    faults.latency = 0;
  });

  for (const { of, wrong } of [
    { of: "no moment within a command", wrong: { at: "during" } },
    { of: "bytes of a command that has not begun", wrong: { at: "before", bytes: 3 } },
    { of: "a command before there is a connection", wrong: { at: "connect", command: "x" } },
  ])
    it(`refuses ${of}`, () => {
      expect(SshFault.safeParse(wrong).success).to.equal(false);
    });

  it("has a disk that can only be read, and then be written again", async () => {
    const { mounts } = lab.host("pve1");
    await mounts.disk("ro");
    const refused = await lab.ssh("pve1", "touch /etc/modprobe.d/x; echo could >/run/x && cat /run/x");
    expect(refused.stderr).to.include("Read-only file system");
    expect(refused.stdout).to.equal("could\n");
    await mounts.disk("rw");
    expect((await lab.ssh("pve1", "touch /etc/modprobe.d/x && rm /etc/modprobe.d/x")).code).to.equal(0);
  });

  it("has a folder that is full, in which stays what was written meanwhile", async () => {
    const { mounts } = lab.host("pve1");
    const before = lab.lab.state();
    await mounts.fill("/etc/modprobe.d", 4096);
    const full = await lab.ssh(
      "pve1",
      "cd /etc/modprobe.d && head -c 4096 /dev/zero > fits && head -c 9000 /dev/zero > not",
    );
    expect(full.stderr).to.include("No space left on device");
    expect((await lab.ssh("pve1", "cat /etc/modprobe.d/pve-blacklist.conf")).stdout).to.include("nvidiafb");
    await mounts.empty("/etc/modprobe.d");
    expect((await lab.ssh("pve1", "cd /etc/modprobe.d && stat -c %s fits && rm fits not")).stdout).to.equal("4096\n");
    expect(lab.lab.state()).to.deep.equal(before);
  });

  it("is away with its node: what is open is cut, what runs is ended, and it comes back as it was", async () => {
    const { cluster } = lab.lab;
    const key = lab.host("pve2").hostKey;
    const session = spawn("ssh", ["-F", lab.config, "pve2", "echo there; touch /run/mine; sleep 600"]);
    const ended = once(session, "exit");
    await once(session.stdout, "data");
    cluster.nodes[1]?.leave();
    expect((await ended)[0]).to.equal(CUT);
    expect((await lab.ssh("pve2", "true")).code).to.equal(CUT);
    cluster.nodes[1]?.comeBack();
    await cluster.nodes[1]?.started();
    expect(await lab.ssh("pve2", "hostname; ls /run/mine")).to.include({ stdout: "pve2\n" });
    expect(lab.host("pve2").hostKey).to.equal(key);
  });

  it("takes its time to reboot, as the lab's clock has it, and has another boot id then", async () => {
    const { clock, nodes } = lab.lab.cluster;
    const bootId = async () => (await lab.ssh("pve1", "cat /proc/sys/kernel/random/boot_id")).stdout;
    const before = await bootId();
    clock.stop();
    expect((await lab.ssh("pve1", "reboot")).code).to.equal(0);
    expect(await bootId()).to.equal(before);
    clock.step(3);
    expect((await lab.ssh("pve1", "true")).code).to.equal(CUT);
    clock.step(30);
    await nodes[0]?.started();
    expect(await bootId())
      .to.match(/^[0-9a-f-]{36}\n$/)
      .and.not.equal(before);
    clock.run(1);
  });
});
