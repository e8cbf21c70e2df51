import { expect } from "chai";
import { modprobeLines } from "#providers/passthrough/vfio-ids.ts";
import { applied } from "./applied.ts";
import { asked, CARD, codes, GRUB, intel, MODPROBE, NVIDIA, reasons, said, TOOLS, TWO_AMD, zfs } from "./asked.ts";
import { host } from "./host.ts";

const BY_HAND = "/etc/modprobe.d/vfio.conf";
const ALL = "10de:1e87,10de:10f8,10de:1ad8,10de:1ad9";
const ghostctl = [
  "# ghostctl-managed",
  "blacklist amdgpu",
  "blacklist nouveau",
  "options vfio-pci ids=0x10de:0x1e87,0x10de:0x10f8",
  "options vfio-pci disable_vga=1",
  "",
].join("\n");
/** All that has an effect. */
const GHOSTS = ghostctl.split("\n").slice(1, -1).join("\n");
const given = (text: string, more: Record<string, string> = {}) => intel({ files: { [BY_HAND]: text, ...more } });
const CARD_AND_RADEON = [...NVIDIA.filter(({ address }) => address.startsWith("0000:01")), ...TWO_AMD.slice(0, 2)];
const ADOPT = { ...CARD, adopt: true };

describe("what somebody handed to vfio-pci by its ids", () => {
  for (const [who, text, muted] of [
    ["by hand", `options vfio-pci ids=${ALL}\n`, `options vfio-pci ids=${ALL}`],
    ["by ghostctl", ghostctl, GHOSTS],
    ["over two lines", "options vfio-pci \\\n  ids=10de:1e87\n", "options vfio-pci \\\n  ids=10de:1e87"],
  ] as const) {
    it(`${who} is refused, since vfio-pci goes by one list alone, with the way to take it over`, () => {
      expect(reasons(CARD, given(text))).length(1);
      expect(reasons(CARD, given(text))[0])
        .matches(/^host: pve1: \/etc\/modprobe\.d\/vfio\.conf:\d hands devices to vfio-pci already \(ids=/)
        .and.matches(/all of them are chosen, so set adopt: true to take that over/);
    });

    it(`${who} is muted by adopt, for good, and comes back on a destroy`, () => {
      const before = given(text);
      const { standing, refusals } = asked(ADOPT, before);
      expect(refusals).deep.equals([]);
      expect(standing.files[BY_HAND]).equals(muted.replaceAll(/^/gm, "muted: "));
      const host = applied(before, ADOPT);
      expect(asked(ADOPT, host).standing.files).deep.equals(standing.files);
      expect(asked(ADOPT, host).effects).deep.equals([]);
      expect(reasons(ADOPT, host)).deep.equals([]);
      expect(applied(host, undefined).files).deep.equals(before.files);
      expect(applied(host, CARD).files[BY_HAND]).equals(text);
    });
  }

  it("stays refused, adopted or not, where it names a card that is not chosen", () => {
    const nvme = "options vfio-pci ids=10de:1e87,144d:a80a,10de:1b80\n";
    for (const args of [CARD, ADOPT])
      expect(reasons(args, given(nvme))).deep.equals([
        "host: pve1: /etc/modprobe.d/vfio.conf:1 hands devices to vfio-pci already (ids=10de:1e87,144d:a80a,10de:1b80), and the " +
          "kernel would go by one list of ids alone: 0000:02:00.0 [144d:a80a] Samsung Electronics NVMe SSD Controller PM9A1 (a " +
          "disk's controller), 10de:1b80 (no device there has it) is not chosen. Choose it too, or take that line out first",
      ]);
  });

  it("tells of the option that goes with its line", () => {
    const text = `options vfio-pci ids=${ALL} disable_vga=1\n`;
    expect(reasons(CARD, given(text))[0]).includes("(with disableVga: true, which it sets too)");
    expect(reasons({ ...CARD, disableVga: true }, given(text))[0]).not.includes("disableVga");
  });

  it("is another resource's: a host has one of them, and adopt is no way around", () => {
    const other = "# pve-ops-managed: other. Changes here are reverted.\noptions vfio-pci ids=10de:1e87\n";
    const files = { "/etc/modprobe.d/pve-ops-other.conf": other };
    expect(reasons(ADOPT, intel({ files }))[0]).includes(
      'that is the VfioHostConfig "other", so list all cards of a host in one',
    );
  });

  it("leaves the rest of somebody's as it is", () => {
    const after = applied(given(`blacklist amdgpu\noptions vfio-pci ids=${ALL}\n`), ADOPT);
    expect(after.files[BY_HAND]).matches(/^blacklist amdgpu\n/);
    expect(after.files[MODPROBE]).includes(`ids=${ALL}`);
  });

  it("gives a card that stays its driver back, which ghostctl keeps off whoever made it", () => {
    const before = host({ programs: TOOLS, files: { ...GRUB, [BY_HAND]: ghostctl }, devices: [...CARD_AND_RADEON] });
    const args = { gpus: [{ address: "01:00" }], adopt: true };
    const after = applied({ ...before, cpu: "GenuineIntel" }, args);
    expect(modprobeLines(after).filter(({ name }) => name === "amdgpu")).deep.equals([]);
    expect(applied(after, undefined).files[BY_HAND]).equals(ghostctl);
  });
});

describe("what somebody hands to vfio-pci where nothing can be muted", () => {
  const grub = (words: string) => intel({ files: { "/etc/default/grub": `GRUB_CMDLINE_LINUX="${words}"\n` } });

  for (const [where, equal, more] of [
    ["on GRUB's command line", grub("vfio-pci.ids=10de:1e87"), grub("quiet vfio-pci.ids=10de:1e87,10de:ffff")],
    [
      "on systemd-boot's command line",
      zfs("root=ZFS=rpool/ROOT/pve-1 vfio_pci.ids=10de:1e87"),
      zfs("root=ZFS=rpool/ROOT/pve-1 vfio_pci.ids=10de:ffff"),
    ],
    [
      "in a list of modules",
      intel({ files: { "/etc/initramfs-tools/modules": "vfio_pci ids=10de:1e87\n" } }),
      intel({ files: { "/etc/modules": "vfio-pci ids=10de:ffff\n" } }),
    ],
  ] as const)
    it(`${where}: more than is chosen is refused, the same is said to stay`, () => {
      expect(reasons(ADOPT, more)[0]).includes("10de:ffff (no device there has it) is not chosen.");
      expect(reasons(CARD, equal)).deep.equals([]);
      expect(said("others-ids", CARD, equal)[0]).includes("and goes on with it after a destroy.");
    });
});

describe("vfio_virqfd", () => {
  it("is said to be gone where somebody's list has it, from kernel 6.2 on, and is never in ours", () => {
    const files = { "/etc/modules": "vfio\nvfio_virqfd #not needed\n" };
    expect(said("obsolete-module", CARD, intel({ files }))).deep.equals([
      "pve1: /etc/modules:2 has vfio_virqfd loaded, which is gone since kernel 6.2: that line can go.",
    ]);
    expect(codes(CARD, intel({ files, kernel: "6.1.10-1-pve" }))).not.includes("obsolete-module");
    expect(JSON.stringify(asked(CARD, intel({ files })).standing)).not.includes("virqfd");
  });
});
