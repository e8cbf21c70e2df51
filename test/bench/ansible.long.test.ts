import { expect } from "chai";
import { Ansible, type Play } from "../../bench/ansible/ansible.ts";
import { DebianHost } from "../debian/host.ts";
import { GTX_1080 } from "../debian/pci-bus.ts";
import { differences, snapshot } from "../debian/snapshot.ts";
import { orSkip } from "../debian/why.ts";
import { good } from "../support/fixture.ts";

describe("Ansible, beside us in the benchmark", function () {
  this.timeout(300_000);
  let hosts: readonly DebianHost[] = [];
  let ansible: Ansible;

  before(async function () {
    await orSkip(this);
    ansible = await Ansible.ready();
    hosts = await Promise.all(["pve1", "pve2"].map((name) => DebianHost.start({ name, pci: GTX_1080 })));
  });
  after(async () => {
    ansible?.close();
    await Promise.all(hosts.map((host) => host.close()));
  });

  const run = async (check: boolean, playbook: Play["playbook"] = "playbook.yml") => {
    const all = hosts.map(({ name, login }) => ({ name, sshConfig: login.sshConfig }));
    const { code, stdout, stderr } = await ansible.play(all, "01:00", { playbook, check });
    expect(code, `${stdout}${stderr}`).to.equal(0);
    return recapIn(stdout);
  };
  const counts = (changed: number) => ({
    ok: 6,
    changed,
    unreachable: 0,
    failed: 0,
    skipped: 0,
    rescued: 0,
    ignored: 0,
  });

  it("prepares hosts for passthrough: looks, writes, has nothing more to do, and takes it out again", async () => {
    const [host] = hosts;
    if (!host) throw new Error("there is no host");
    const before = await snapshot(host);
    expect(await run(true)).to.deep.equal({ pve1: counts(4), pve2: counts(4) });
    expect(differences(before, await snapshot(host), [/^\/root\/\.ansible/])).to.deep.equal([]);
    expect(await run(false)).to.deep.equal({ pve1: counts(4), pve2: counts(4) });
    expect(differences(before, await snapshot(host), [/^\/root\/\.ansible/])).to.deep.equal([
      "/etc/default/grub.d/zz-passthrough.cfg: new",
      "/etc/initramfs-tools/modules: other bytes",
      "/etc/modprobe.d/blacklist-nouveau.conf: new",
      "/etc/modprobe.d/vfio.conf: new",
    ]);
    expect(await run(true)).to.deep.equal({ pve1: counts(0), pve2: counts(0) });
    expect(await good(host.run("modprobe --showconfig"))).to.include("options vfio_pci ids=10de:1b80,10de:10f0");
    await run(false, "undo.yml");
    expect(differences(before, await snapshot(host), [/^\/root\/\.ansible/])).to.deep.equal([]);
  });
});

/** `pve1 : ok=6 changed=4 unreachable=0 …`, a line a host. */
const recapIn = (stdout: string) =>
  Object.fromEntries(
    [...stdout.matchAll(/^(\S+)\s+: (ok=.*)$/gm)].map(([, name = "", counts = ""]) => [
      name,
      Object.fromEntries([...counts.matchAll(/(\w+)=(\d+)/g)].map(([, what = "", count]) => [what, Number(count)])),
    ]),
  );
