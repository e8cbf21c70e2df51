import { once } from "node:events";
import { existsSync, watch, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { cacheFolder } from "../../setup/engine/cache.ts";
import { command } from "../../setup/engine/command.ts";
import { good } from "../support/fixture.ts";
import { DebianHost } from "./host.ts";
import { GTX_1080 } from "./pci-bus.ts";
import { differences, snapshot } from "./snapshot.ts";
import { Supervised } from "./supervised.ts";
import { orSkip } from "./why.ts";

const ssh = ({ login, name }: DebianHost, script: string, user = "root") =>
  command("ssh", ["-F", login.sshConfig, "-o", "LogLevel=INFO", "-l", user, name, script]);

describe("a Debian host", function () {
  this.timeout(300_000);
  let host: DebianHost;

  before(async function () {
    await orSkip(this);
    host = await DebianHost.start();
  });
  after(() => host?.close());

  it("lets root in by key", async () => {
    expect(await good(ssh(host, "whoami; hostname"))).to.equal("root\npve1\n");
  });

  it("lets admin in, who is root by sudo", async () => {
    expect(await good(ssh(host, "whoami; sudo -n whoami", "admin"))).to.equal("admin\nroot\n");
  });

  it("is the same after visits", async () => {
    const before = await snapshot(host);
    await good(ssh(host, "sudo -n true", "admin"));
    await good(host.run("true"));
    expect(differences(before, await snapshot(host))).to.deep.equal([]);
  });

  it("tells bytes, modes, owners, links, ACLs and attributes that are other", async () => {
    const before = await snapshot(host);
    await good(
      host.run(`cd /srv && touch made && echo x >>/etc/motd && chmod 600 /etc/issue && chown 1:2 /etc/issue.net &&
        ln -sf /dev/null /etc/modules && setfacl -m u:admin:r /etc/hosts && setfattr -n user.colour -v red /etc/fstab`),
    );
    expect(differences(before, await snapshot(host), [/^\/etc\/modules$/])).to.deep.equal([
      "/etc/fstab: attributes , now user.colour=0x726564",
      "/etc/hosts: attributes , now system.posix_acl_access=0x0200000001000600ffffffff02000400e803000004000400ffffffff10000400ffffffff20000400ffffffff",
      "/etc/issue: mode 644, now 600",
      "/etc/issue.net: owner 0:0, now 1:2",
      "/etc/motd: other bytes",
      "/srv/made: new",
    ]);
    expect(differences(before, await snapshot(host), [/^(?!\/etc\/modules$)/])).to.deep.equal([
      "/etc/modules: file, now link",
    ]);
  });

  it("reaches nothing of the machine: not its disk, its kernel, its clock, its name", async () => {
    for (const [attempt, refusal] of [
      [`head -c1 "$(findmnt -no SOURCE / | sed 's/\\[.*//')"`, "Permission denied"],
      ["touch /usr/bin/x", "Read-only file system"],
      ["date -s 10:00", "Operation not permitted"],
      ["echo x >/proc/sys/kernel/hostname", "Read-only file system"],
      ["mount -o remount,ro /", "permission denied"],
      ["ip link add name pveops0 type dummy", "Operation not permitted"],
    ] as const)
      expect((await host.run(attempt)).stderr, attempt).to.include(refusal);
  });

  it("has the cards that it is given", async () => {
    const own = await DebianHost.start({ name: "cards", pci: GTX_1080 });
    const said = await own.run("lspci -nnk && ls /sys/bus/pci/devices/0000:01:00.0/iommu_group/devices");
    await own.close();
    expect(
      said.stdout,
    ).to.equal(`01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [GeForce GTX 1080] [10de:1b80] (rev a1)
\tKernel driver in use: nouveau
01:00.1 Audio device [0403]: NVIDIA Corporation GP104 High Definition Audio Controller [10de:10f0] (rev a1)
\tKernel driver in use: snd_hda_intel
0000:01:00.0
0000:01:00.1
`);
  });

  it("can have a disk that is full, and one that cannot be written", async () => {
    await good(host.mount("-t", "tmpfs", "-o", "size=4k", "tmpfs", "/opt"));
    await good(host.mount("--bind", "/srv", "/srv"));
    await good(host.mount("-o", "remount,bind,ro", "/srv"));
    expect((await ssh(host, "head -c 9000 /dev/zero >/opt/x")).stderr).to.include("No space left on device");
    expect((await ssh(host, "touch /srv/x")).stderr).to.include("Read-only file system");
  });

  it("that does not start says why", async () => {
    const failure = await DebianHost.start({ sshd: ["MaxSessions many"] }).catch((error: Error) => error.message);
    expect(failure).to.include("00-test.conf line 1: MaxSessions integer value invalid");
  });

  it("stands beside others, each with files of its own", async () => {
    const others = await Promise.all(["a", "b"].map((name) => DebianHost.start({ name })));
    for (const other of others) writeFileSync(other.path("/etc/motd"), other.name);
    const said = await Promise.all(others.map((other) => good(ssh(other, "hostname; cat /etc/motd"))));
    await Promise.all(others.map((other) => other.close()));
    expect(said).to.deep.equal(["a\na", "b\nb"]);
  });

  it("leaves nothing, even if the test is killed", async () => {
    const program = `import { DebianHost } from ${JSON.stringify(join(import.meta.dirname, "host.ts"))};
      const { tree, login } = await DebianHost.start();
      console.log(JSON.stringify({ folder: tree.replace(/.root$/, ""), ...login }));`;
    const test = new Supervised(process.execPath, ["--input-type=module", "-e", program], process.env);
    await test.until(/^\{/);
    const { folder, address, port }: { folder: string; address: string; port: number } = JSON.parse(
      test.lines[0] ?? "",
    );
    expect(existsSync(folder)).to.equal(true);
    const changes = watch(cacheFolder());
    test.kill();
    while (existsSync(folder)) await once(changes, "change");
    changes.close();
    const [refusal] = await once(connect(port, address), "error");
    expect(refusal).to.have.property("code", "ECONNREFUSED");
  });
});
