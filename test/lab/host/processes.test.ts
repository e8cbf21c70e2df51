import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { outputOf } from "../../../lab/host/output.ts";
import { needsHosts, TrialHosts } from "../../support/trial-hosts.ts";

describe("programs in a host", () => {
  let lab: TrialHosts;
  before(async function () {
    await needsHosts(this);
    lab = await TrialHosts.start(["one", "two"]);
  });
  after(async () => await lab?.close());

  const run = (command: string) => lab.run("one", { command });
  const says = (command: string) => lab.says("one", command);

  it("see the host's tree as their root, and what they write is there", async () => {
    lab.lay("one", "tree/etc/motd", "hello\n");
    expect(await says("cat /etc/motd; echo written > /root/file; pwd; hostname; id -u")).to.equal(
      "hello\n/root\none\n0",
    );
    expect(readFileSync(join(lab.host("one").tree, "root/file"), "utf8")).to.equal("written\n");
  });

  it("have what a login gives root, what the client gives beside it, and nothing of the lab's", async () => {
    const { stdout } = await lab.run("one", ["/usr/bin/env"], { env: { LANG: "de_DE.UTF-8", HOME: "/srv" } });
    expect(stdout.trimEnd().split("\n")).to.have.members([
      "HOME=/srv",
      "LANG=de_DE.UTF-8",
      "LOGNAME=root",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "SHELL=/bin/bash",
      "USER=root",
    ]);
    expect(await says("ls /proc/self/fd")).to.equal("0\n1\n2\n3");
  });

  it("read and write as on a real host, also by way of /dev/stdin, /dev/stdout and /dev/stderr", async () => {
    const input = "0123456789\n".repeat(100_000);
    const command = "cat /dev/stdin | tee /dev/stderr > /dev/stdout; exit 3";
    const { stdout, stderr, code } = await lab.run("one", { command }, {}, input);
    expect([stdout === input, stderr === input, code]).to.deep.equal([true, true, 3]);
  });

  it("are told arguments as they are, whatever is in them", async () => {
    const odd = ["", " a  b ", "'\"$(reboot)`", "two\nlines", "ü\t\\", "-n", "--"];
    const { stdout } = await lab.run("one", ["/usr/bin/printf", "%s|", ...odd]);
    expect(stdout).to.equal(`${odd.join("|")}|`);
  });

  it("have the devices and the terminals that programs take for granted", async () => {
    expect(await says("head -c 3 /dev/zero | wc -c; echo gone > /dev/null; ls /dev/fd/ | head -1")).to.equal("3\n0");
    expect(await says("script -qec tty /dev/null < /dev/null")).to.match(/\/dev\/pts\/\d/);
    expect(await says("echo x > /dev/shm/y; cat /dev/shm/y")).to.equal("x");
  });

  it("see their own processes only, of which the first reaps what lost its parent", async () => {
    expect(await says("(sleep 0.01 & ) ; sleep 0.1; ps -e -o stat= -o comm= > /tmp/ps; sort /tmp/ps")).to.match(
      /^R\S* +ps\nS\S* +bash\nS\S* +systemd$/,
    );
  });

  it("are shown the files of /proc that the lab lays beside the tree", async () => {
    expect(await says("cat /proc/cmdline")).to.equal(readFileSync("/proc/cmdline", "utf8").trimEnd());
    lab.lay("two", "proc/cmdline", "root=/dev/mapper/pve-root\n");
    lab.lay("two", "proc/sys/kernel/random/boot_id", "d2b9e1c0\n");
    await lab.processes.powerOff(lab.host("two"));
    await lab.processes.boot(lab.host("two"));
    expect(await lab.says("two", "cat /proc/cmdline /proc/sys/kernel/random/boot_id")).to.equal(
      "root=/dev/mapper/pve-root\nd2b9e1c0",
    );
    lab.lay("two", "proc/cmdline", "quiet\n");
    expect(await lab.says("two", "cat /proc/cmdline")).to.equal("quiet");
    expect((await lab.run("two", { command: "echo x > /proc/cmdline" })).stderr).to.include("Read-only file system");
  });

  it("do not find this machine's own tools for booting, packages, modules and services", async () => {
    const tools = "apt-get dpkg-divert su kmod insmod telinit zpool docker nvidia-smi";
    expect((await run(`command -v ${tools}`)).stdout).to.equal("");
  });

  it("cannot write to what they share with this machine", async () => {
    const tries = ["touch /usr/x", "rm /usr/bin/env", "echo x > /usr/bin/env", "touch /etc/alternatives/x"];
    for (const command of tries) expect((await run(command)).stderr, command).to.include("Read-only file system");
    expect(await says("touch /usr/local/bin/mine; echo ok")).to.equal("ok");
  });

  it("cannot change this machine's kernel", async () => {
    const tries = ["echo 7 > /proc/sys/vm/swappiness", "sysctl vm.swappiness=7", "echo 7 > /proc/sys/kernel/panic"];
    const before = readFileSync("/proc/sys/vm/swappiness", "utf8");
    for (const command of tries) expect((await run(command)).code, command).to.be.above(0);
    expect(readFileSync("/proc/sys/vm/swappiness", "utf8")).to.equal(before);
  });

  it("cannot mount, take away what is mounted, or make themselves a place where they could", async () => {
    const tries = [
      "umount /usr",
      "umount -l /proc",
      "mount -o remount,rw /usr",
      "mount -t tmpfs none /mnt",
      "mount -t proc proc /mnt",
      "unshare --mount true",
      "unshare --user --map-root-user true",
      "nsenter --target 1 --mount true",
      "mknod /root/disk b 8 0",
      "ls /proc/1/root/",
      "ls -l /proc/1/exe",
    ];
    for (const command of tries) expect((await run(command)).code, command).to.be.above(0);
  });

  it("do not get out by chroot, nor by a link that leads out when it is seen from outside", async () => {
    const secret = join(lab.folder, "secret");
    writeFileSync(secret, "of this machine");
    const program =
      "import os; os.makedirs('/tmp/in'); top = os.open('/', os.O_RDONLY); os.chroot('/tmp/in'); os.fchdir(top)\n" +
      `for _ in range(64): os.chdir('..')\nos.chroot('.'); print(open('${secret}').read())`;
    expect((await lab.run("one", ["/usr/bin/python3", "-c", program])).stderr).to.include("FileNotFoundError");
    expect((await run(`ln -s ${secret} /root/link; cat /root/link ../../../..${secret}`)).stdout).to.equal("");
  });

  it("neither see nor reach this machine's processes", async () => {
    const { stdout } = await run(`kill -9 ${process.pid}; kill -9 -1; ps -e -o args=`);
    expect(stdout).not.to.include("mocha");
    expect(await lab.says("two", "echo still there")).to.equal("still there");
  });

  it("of one host have nothing to do with those of another", async () => {
    const sleeper = lab.processes.start(lab.host("two"), ["/usr/bin/sleep", "1000"]);
    await says("echo mine > /etc/only; echo mine > /run/only; echo mine > /dev/shm/only");
    expect(await says("ps -e -o args= | grep -c '^/usr/bin/[s]leep' || true")).to.equal("0");
    expect(await lab.says("two", "hostname; ls -d /etc/only /run/only /dev/shm/only 2>/dev/null || true")).to.equal(
      "two",
    );
    sleeper.kill("SIGKILL");
    await once(sleeper, "exit");
  });

  it("get signals themselves, and their end is told as it was", async () => {
    const child = lab.processes.start(lab.host("one"), {
      command: "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.01; done",
    });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await outputOf(child)).to.include({ stdout: "caught\n", code: 9 });
    const killed = lab.processes.start(lab.host("one"), { command: "kill -KILL $$" });
    expect(await once(killed, "exit")).to.deep.equal([null, "SIGKILL"]);
  });

  it("may mount where they are started as the machine", async () => {
    const { code } = await lab.run(
      "one",
      { command: "mount -t tmpfs none /mnt && umount /mnt" },
      { rights: "machine" },
    );
    expect(code).to.equal(0);
  });

  it("end all at once when the host loses power, and none starts until it boots", async () => {
    const host = lab.host("one");
    const running = Array.from({ length: 5 }, () =>
      lab.processes.start(host, { command: "trap '' TERM HUP INT; (sleep 1000) & echo up; wait" }),
    );
    await Promise.all(running.map(({ stdout }) => once(stdout, "data")));
    const ends = Promise.all(running.map((child) => once(child, "exit")));
    await lab.processes.powerOff(host);
    for (const end of await ends) expect(end).to.deep.equal([null, "SIGKILL"]);
    expect(() => lab.processes.start(host, "shell")).to.throw("one is not up");
    await lab.processes.boot(host);
    expect(await says("ps -e -o comm= | grep -c sleep || true")).to.equal("0");
  });

  it("find /run and /tmp as systemd makes them after a boot, all else as it was", async () => {
    await says("echo x > /run/x; echo x > /tmp/x; echo x > /var/tmp/x");
    await lab.processes.powerOff(lab.host("one"));
    await lab.processes.boot(lab.host("one"));
    expect(await says("ls -A /run /tmp /var/tmp")).to.equal("/run:\nlock\nsystemd\n\n/tmp:\n\n/var/tmp:\nx");
  });

  it("cannot have the next boot write outside, by links where folders of the machine are expected", async () => {
    const outside = join(lab.folder, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "keep"), "");
    const host = lab.host("two");
    await lab.processes.powerOff(host);
    for (const name of ["run", "tmp", "dev", "proc", "sys", "var/tmp", "etc/alternatives"]) {
      rmSync(join(host.tree, name), { recursive: true, force: true });
      symlinkSync(outside, join(host.tree, name));
    }
    await lab.processes.boot(host).catch(() => undefined);
    await lab.processes.powerOff(host);
    expect(await lab.says("one", "echo one is not concerned")).to.equal("one is not concerned");
    expect([existsSync(join(outside, "keep")), existsSync(join(outside, "null"))]).to.deep.equal([true, false]);
    for (const name of ["run", "tmp", "dev", "proc", "sys", "var/tmp", "etc/alternatives"])
      rmSync(join(host.tree, name));
    await lab.processes.boot(host);
  });

  it("run a hundred at once", async () => {
    const outputs = await Promise.all(
      Array.from({ length: 100 }, (_, n) => lab.run(n % 2 ? "one" : "two", { command: `echo ${n}; exit ${n % 7}` })),
    );
    expect(outputs.map(({ stdout, code }) => [stdout, code])).to.deep.equal(outputs.map((_, n) => [`${n}\n`, n % 7]));
  });

  it("start quickly", async () => {
    const begun = performance.now();
    for (let n = 0; n < 20; n += 1) await run("true");
    console.log(`      ${((performance.now() - begun) / 20).toFixed(1)} ms each`);
  });
});
