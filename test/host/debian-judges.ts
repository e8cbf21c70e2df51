import { rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { linesToMute, withMuted } from "#providers/host/edit/muted.ts";
import { DebianHost } from "../debian/host.ts";
import type { Suite } from "../debian/root.ts";
import { differences, snapshot } from "../debian/snapshot.ts";
import { orSkip } from "../debian/why.ts";
import { good } from "../support/fixture.ts";

const GRUB = "/etc/default/grub.d/zz-pve-ops-gpu.cfg";
const MODPROBE = "/etc/modprobe.d/pve-ops-gpu.conf";
// The kernel that runs is another one: the machine's.
const RESOLVE = "modprobe --dry-run --verbose --set-version $(ls /lib/modules)";
const INITRAMFS = "/etc/initramfs-tools/modules";

/** What the programs of a real Debian make of files like ours. */
export function judgedBy(suite: Suite): void {
  let host: DebianHost;

  before(async function () {
    await orSkip(this, suite);
    host = await DebianHost.start({ suite });
    await good(host.run("update-grub && update-initramfs -u"));
  });
  after(() => host?.close());

  /** Whether all is as it was, once what was done is undone and the boot files are made anew. */
  async function undone(work: () => Promise<void>, make: string): Promise<string[]> {
    const before = await snapshot(host);
    await work();
    await good(host.run(make));
    return differences(before, await snapshot(host), [/^\/boot\/initrd\.img-/]);
  }

  const commandLines = async () => (await readFile(host.path("/boot/grub/grub.cfg"), "utf8")).match(/^\s*linux\s.*$/gm);

  it("grub-mkconfig puts a drop-in's parameters behind the host's own, and takes them out again", async () => {
    expect((await commandLines())?.at(0)).to.match(/ quiet$/);
    const left = await undone(async () => {
      writeFileSync(
        host.path(GRUB),
        '# pve-ops: gpu\nGRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt"\n',
      );
      await good(host.run("update-grub"));
      expect((await commandLines())?.at(0)).to.match(/ quiet intel_iommu=on iommu=pt$/);
      rmSync(host.path(GRUB));
    }, "update-grub");
    expect(left).to.deep.equal([]);
  });

  it("grub-mkconfig refuses a drop-in that is no shell", async () => {
    writeFileSync(host.path(GRUB), 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT iommu=pt\n');
    const { code, stderr } = await host.run("update-grub");
    rmSync(host.path(GRUB));
    expect(code).not.to.equal(0);
    expect(stderr).to.include("Unterminated quoted string");
  });

  it("modprobe reads blacklists, options and softdeps, and applies them", async () => {
    const left = await undone(async () => {
      writeFileSync(
        host.path(MODPROBE),
        `# pve-ops: gpu
blacklist nouveau
options nouveau modeset=0
options vfio-pci ids=10de:1b80,10de:10f0 disable_vga=1
softdep snd_hda_intel pre: vfio-pci
`,
      );
      const config = await good(host.run("modprobe --showconfig"));
      expect(config.split("\n")).to.include.members([
        "blacklist nouveau",
        "options nouveau modeset=0",
        "options vfio_pci ids=10de:1b80,10de:10f0 disable_vga=1",
        "softdep snd_hda_intel pre: vfio-pci",
      ]);
      const loads = await good(host.run(`${RESOLVE} snd_hda_intel`));
      expect(loads).to.match(/vfio-pci\.ko.* ids=10de:1b80,10de:10f0 disable_vga=1 *\n(.*\n)*.*snd-hda-intel\.ko/);
      // What a card's alias loads, which is where a blacklist counts.
      expect(await good(host.run(`${RESOLVE} --use-blacklist nouveau`))).to.equal("");
      rmSync(host.path(MODPROBE));
      expect(await good(host.run(`${RESOLVE} --use-blacklist nouveau`))).to.include("nouveau.ko");
    }, "true");
    expect(left).to.deep.equal([]);
  });

  it("modprobe goes by no line that is muted, be it one that goes on, and by each again that is not any more", async () => {
    const shown = async () => {
      const lines = (await good(host.run("modprobe --showconfig"))).split("\n");
      return ["options vfio_pci ids=10de:1b80 disable_vga=1", "blacklist nouveau", "options kvm ignore_msrs=1"].map(
        (line) => lines.includes(line),
      );
    };
    const text =
      "# by hand \\\\\noptions vfio-pci \\\nids=10de:1b80 \\\ndisable_vga=1\nblacklist nouveau\noptions kvm ignore_msrs=1";
    const lines = linesToMute(MODPROBE, text, ({ name }) => name !== "kvm");
    const left = await undone(async () => {
      writeFileSync(host.path(MODPROBE), text);
      expect(await shown()).to.deep.equal([true, true, true]);
      for (const name of ["gpu", 'odd "name" \\ of it']) {
        writeFileSync(host.path(MODPROBE), withMuted(text, lines, name));
        expect(await shown()).to.deep.equal([false, false, true]);
      }
      rmSync(host.path(MODPROBE));
    }, "true");
    expect(left).to.deep.equal([]);
  });

  it("modprobe names a line of a file that it cannot read", async () => {
    writeFileSync(host.path(MODPROBE), "blacklst nouveau\n");
    const { stderr } = await host.run("modprobe --showconfig");
    rmSync(host.path(MODPROBE));
    expect(stderr).to.include(`${MODPROBE} line 1: ignoring bad line starting with 'blacklst'`);
  });

  it("update-initramfs puts the modules of a block into the initrd, and takes them out again", async () => {
    const modules = await readFile(host.path(INITRAMFS), "utf8");
    const inInitrd = async () => (await good(host.run("lsinitramfs /boot/initrd.img-*"))).match(/vfio[a-z0-9_-]*\.ko/g);
    expect(await inInitrd()).to.equal(null);
    const left = await undone(async () => {
      const block = "# BEGIN pve-ops: gpu\nvfio\nvfio_iommu_type1\nvfio_pci\n# END pve-ops: gpu\n";
      writeFileSync(host.path(INITRAMFS), modules + block);
      await good(host.run("update-initramfs -u"));
      expect(await inInitrd()).to.include.members(["vfio.ko", "vfio_iommu_type1.ko", "vfio-pci.ko"]);
      writeFileSync(host.path(INITRAMFS), modules);
    }, "update-initramfs -u");
    expect(left).to.deep.equal([]);
    expect(await inInitrd()).to.equal(null);
  });
}
