import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { newCluster } from "../../../lab/cluster.ts";
import { readCluster } from "../../../lab/cluster-file.ts";
import { LoaderAlone } from "../../../lab/host/loader-alone.ts";
import { outputOf } from "../../../lab/host/output.ts";
import { Lab } from "../../../lab/lab.ts";
import { shipped } from "../../../lab/shipped.ts";
import { differences } from "../../../lab/state.ts";
import { LOADER, loaded } from "../../../providers/host/ssh/loader.ts";

describe("the hosts of a lab", function () {
  this.timeout(60_000);
  let lab: Lab;
  before(async () => {
    const cluster = newCluster("lab", [
      { name: "pve1", release: "8.4" },
      { name: "pve2", release: "9.2" },
    ]);
    lab = await Lab.start(cluster, { hosts: true });
  });
  after(() => lab?.close());

  const run = async (name: string, command: string) => {
    const { stdout, stderr } = await lab.hosts.of(name).run({ command });
    expect(stderr).to.equal("");
    return stdout;
  };

  it("are what their release is installed on", async () => {
    const ask = ". /etc/os-release; echo $VERSION_CODENAME; cat /etc/hostname; hostname; ls /etc/apt/sources.list.d";
    expect(await run("pve1", ask)).to.equal("bookworm\npve1\npve1\nceph.list\npve-enterprise.list\n");
    expect(await run("pve2", ask)).to.equal(
      "trixie\npve2\npve2\nceph.sources\ndebian.sources\npve-enterprise.sources\n",
    );
    expect(await run("pve1", "getent hosts pve2")).to.match(/^192\.0\.2\.\d+ +pve2\.lab pve2/);
  });

  it("have the cluster's files as they are now, and cannot write them", async () => {
    lab.cluster.access.groups.set("late", { members: new Set() });
    expect(await run("pve2", "cat /etc/pve/user.cfg")).to.include("group:late:");
    const { stderr } = await lab.hosts.of("pve1").run({ command: "echo x >> /etc/pve/user.cfg" });
    expect(stderr).to.include("Read-only file system");
    expect(await run("pve1", "ls -d /etc/pve/local/qemu-server /etc/pve/qemu-server")).to.include(
      "/etc/pve/qemu-server",
    );
    lab.cluster.access.groups.delete("late");
  });

  it("tell by the lab's state what is different on them, and that nothing is", async () => {
    const before = lab.state();
    await run(
      "pve2",
      "echo vfio >> /etc/modules; mkdir /opt/x; ln -s y /opt/link; chmod 600 /etc/fstab; head -c 9 /dev/zero > /root/z",
    );
    expect(differences(before, lab.state())).to.have.members([
      "+ hosts/pve2/etc/modules: vfio",
      "+ hosts/pve2/opt/x/: ",
      "+ hosts/pve2/opt/link: -> y",
      "+ hosts/pve2/etc/fstab (is): mode 600",
      "+ hosts/pve2/root/z: sha256 3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d",
    ]);
    await run("pve2", "sed -i '$d' /etc/modules; rmdir /opt/x; rm /opt/link /root/z; chmod 644 /etc/fstab");
    expect(differences(before, lab.state())).to.deep.equal([]);
  });

  it("boot what their files say: one whose boot loader is gone stays away, and its trouble is told", async () => {
    const host = lab.hosts.of("pve1");
    const { node } = host;
    expect(await run("pve1", "cat /proc/sys/kernel/random/boot_id")).to.not.equal(
      await run("pve2", "cat /proc/sys/kernel/random/boot_id"),
    );
    await run("pve1", "mv /boot/grub/grub.cfg /boot/grub/gone");
    node.leave();
    node.comeBack();
    await node.started();
    expect([node.online, host.trouble]).to.satisfy(([there, why]: unknown[]) => there === false && why !== undefined);
    renameSync(join(host.tree, "boot/grub/gone"), join(host.tree, "boot/grub/grub.cfg"));
    node.comeBack();
    await node.started();
    expect([node.online, host.trouble]).to.deep.equal([true, undefined]);
    expect(await run("pve1", "hostname")).to.equal("pve1\n");
  });

  it("are not there where nobody asked for them", async () => {
    const plain = await Lab.start(readCluster(shipped("single")));
    expect(() => plain.hosts).to.throw("this lab was started without hosts");
    await plain.close();
  });

  it("run what pve-ops sends and nothing else where this machine has no namespaces", async () => {
    const alone = new LoaderAlone("macOS has none");
    const host = lab.hosts.of("pve1");
    const program = loaded('read -r name; echo "$name $PVE_OPS_ROOT"', "me\n").toString();
    for (const command of [LOADER, `sudo -n -- ${LOADER}`])
      expect(await outputOf(alone.start(host, { command }), program)).to.include({
        stdout: `me ${host.tree}\n`,
        code: 0,
      });
    expect(() => alone.start(host, { command: "hostname" })).to.throw(/nothing but what pve-ops sends.*macOS has none/);
    expect(() => alone.start(host, "shell")).to.throw("nothing but what pve-ops sends");
    await alone.close();
  });
});
