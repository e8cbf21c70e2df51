import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { lifecycle } from "#providers/core/lifecycle.ts";
import { Session } from "#providers/core/session.ts";
import { kind } from "#providers/passthrough/vfio-host-config.provider.ts";
import { DebianHost } from "../debian/host.ts";
import { GTX_1080 } from "../debian/pci-bus.ts";
import { differences, snapshot } from "../debian/snapshot.ts";
import { orSkip } from "../debian/why.ts";
import { good } from "../support/fixture.ts";

const ARGS = { host: "pve1", gpus: [{ match: "GTX 1080" }], allowHeadless: true, owner: "proj/dev/gpu" };

describe("VfioHostConfig on a real Debian, over its sshd", function () {
  this.timeout(300_000);
  let host: DebianHost;
  before(async function () {
    await orSkip(this);
    host = await DebianHost.start({ pci: GTX_1080 });
    const marked = "/etc/initramfs-tools/modules";
    await good(host.run(`setfattr -n user.note -v mine ${marked} && setfacl -m u:daemon:r ${marked}`));
    await good(host.run("update-grub && update-initramfs -u"));
  });
  after(() => host?.close());

  const run = (user = "root") => {
    const { address, port, key, hostKey } = host.login;
    const config: Readonly<Record<string, string>> = {
      "pve:ssh": JSON.stringify({ user, privateKey: key, knownHosts: [`[${address}]:${port} ${hostKey}`] }),
      "pve:nodes": JSON.stringify({ pve1: { address, ssh: { port } } }),
    };
    const session = new Session(undefined);
    session.configure((name) => config[name]);
    return lifecycle(kind, session);
  };
  const grubCfg = () => readFileSync(host.path("/boot/grub/grub.cfg"), "utf8");
  const vfioInInitrd = async () =>
    (await good(host.run("lsinitramfs /boot/initrd.img-*"))).match(/vfio[a-z0-9_-]*\.ko/g);

  for (const user of ["root", "admin"])
    it(`puts parameters into grub.cfg and modules into the initrd, and leaves nothing of it, as ${user}`, async () => {
      const before = await snapshot(host);
      const { inputs, failures } = await run(user).check(undefined, ARGS);
      expect(failures).deep.equals([]);
      const { outs } = await run(user).create(inputs);
      expect(grubCfg()).matches(/^\s*linux\s.* quiet (?:intel_iommu=on )?iommu=pt$/m);
      expect(await vfioInInitrd()).includes("vfio-pci.ko");
      const modules = await good(host.run("modprobe --showconfig"));
      expect(modules).includes("options vfio_pci ids=10de:1b80,10de:10f0");
      const again = await run(user).check(outs, ARGS);
      expect((await run(user).diff("id", { ...outs }, { ...again.inputs })).changes).equals(false);
      expect(again.inputs["effects"]).deep.equals([]);

      await run(user).delete("id", { ...outs });
      const but = [/^\/boot\/initrd\.img-/, /^\/var\/log\/pve-ops/, /^\/var\/log\/(?:auth|sudo)/, /^\/run\//];
      expect(differences(before, await snapshot(host), but)).deep.equals([]);
      expect(grubCfg()).not.includes("iommu=pt");
      expect(await vfioInInitrd()).equals(null);
    });

  it("shows what somebody edited, and leaves what others wrote beside it", async () => {
    const { inputs } = await run().check(undefined, ARGS);
    const { outs } = await run().create(inputs);
    const file = "/etc/initramfs-tools/modules";
    writeFileSync(host.path(file), `${readFileSync(host.path(file), "utf8").replace("vfio_pci\n", "")}mine\n`);
    const { props } = await run().read("id", { ...outs });
    expect(JSON.stringify(props)).includes('"/etc/initramfs-tools/modules":"vfio\\nvfio_iommu_type1"');
    const mended = await run().update("id", { ...props }, { ...(await run().check(props, ARGS)).inputs });
    expect(readFileSync(host.path(file), "utf8")).matches(/vfio_pci\n# END pve-ops-managed gpu\nmine\n$/);
    await run().delete("id", { ...mended.outs });
    expect(readFileSync(host.path(file), "utf8")).matches(/mine\n$/);
    expect(readFileSync(host.path(file), "utf8")).not.includes("pve-ops");
  });
});
