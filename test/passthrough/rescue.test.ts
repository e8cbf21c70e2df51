import { expect } from "chai";
import { keepsDark } from "#providers/passthrough/keeps-dark.ts";
import { profileOf } from "#providers/passthrough/profile.ts";
import { rescueWords } from "#providers/passthrough/rescue-words.ts";
import { applied, restarted } from "./applied.ts";
import { asked, CARD, codes, DROP_IN, intel, MODPROBE, NVIDIA, reasons, said, zfs } from "./asked.ts";

const RESCUE = { ...CARD, mode: "rescue" };
const FILE = "/etc/modprobe.d/by-hand.conf";
const given = (text: string, path = FILE) => intel({ files: { [path]: text } });
const dark = (facts = intel()) =>
  keepsDark(facts, "gpu").map(
    ({ at, said, isLine }) => `${at.path}:${at.line} ${said}${isLine ? " (can be muted)" : ""}`,
  );

describe("what would keep a display of the host dark", () => {
  for (const [what, text, found] of [
    [
      "ids of a display",
      "#\noptions vfio-pci ids=10de:1e87",
      [`${FILE}:2 options vfio-pci ids=10de:1e87 (can be muted)`],
    ],
    ["a blacklist of the driver that it has", "blacklist nouveau", [`${FILE}:1 blacklist nouveau (can be muted)`]],
    ["its driver not installed", "install i915 /bin/false", [`${FILE}:1 install i915 /bin/false (can be muted)`]],
    [
      "the same by the other name of false",
      "install i915 /usr/bin/true",
      [`${FILE}:1 install i915 /usr/bin/true (can be muted)`],
    ],
    ["ids of no display", "options vfio-pci ids=144d:a80a", []],
    ["a driver that no display has", "blacklist amdgpu\nblacklist nvidia\ninstall nouveau modprobe nvidia", []],
    ["options of a driver", "options nouveau modeset=1\nsoftdep nouveau pre: vfio-pci", []],
  ] as const)
    it(`${found.length > 0 ? "is" : "is not"} ${what}`, () => {
      expect(dark(given(`${text}\n`))).deep.equals(found);
    });

  it("is a blacklist of what a kernel has for its maker, where it has no driver or vfio-pci; PVE's own of nvidiafb is none", () => {
    for (const driver of [undefined, "vfio-pci"]) {
      const devices = NVIDIA.map((device) => (device.driver === "nouveau" ? { ...device, driver } : device));
      const text = "blacklist nvidiafb\nblacklist nvidia\nblacklist nouveau\n";
      expect(dark(intel({ devices, files: { [FILE]: text } }))).deep.equals([
        `${FILE}:3 blacklist nouveau (can be muted)`,
      ]);
    }
  });

  for (const [word, isDark] of [
    ["vfio-pci.ids=10de:1e87", true],
    ["vfio-pci.ids=144d:a80a", false],
    ["module_blacklist=amdgpu,nouveau", true],
    ["modprobe.blacklist=nouveau", true],
    ["modprobe.blacklist=radeon", false],
    ["video=efifb:off", true],
    ["video=efifb:off,vesafb:off", true],
    ["video=HDMI-A-1:d", false],
    ["initcall_blacklist=sysfb_init", true],
    ["fbcon=map:1", true],
    ["fbcon=map:0", false],
    // The firmware's picture stays.
    ["nomodeset", false],
    ["console=ttyS0", false],
  ] as const)
    it(`${isDark ? "is" : "is not"} ${word} on a kernel's command line`, () => {
      const grub = given(`GRUB_CMDLINE_LINUX="quiet ${word}"\n`, "/etc/default/grub");
      expect(dark(grub)).deep.equals(isDark ? [`/etc/default/grub:1 ${word}`] : []);
      expect(dark(zfs(`root=ZFS=rpool/ROOT/pve-1 ${word}`))).deep.equals(
        isDark ? [`/etc/kernel/cmdline:1 ${word}`] : [],
      );
    });

  it("is a script of somebody's in the initramfs that overrides drivers, and a module's ids in a list", () => {
    const script = "/etc/initramfs-tools/scripts/init-top/vfio.sh";
    const line = "echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override";
    expect(dark(given(`#!/bin/sh\n# driver_override\n${line}\n`, script))).deep.equals([`${script}:3 ${line}`]);
    expect(dark(given("vfio-pci ids=10de:1e87\n", "/etc/modules"))).deep.equals([
      "/etc/modules:1 vfio_pci ids=10de:1e87",
    ]);
  });

  it("is nothing of the resource itself, which goes with a rescue", () => {
    expect(dark(applied(intel(), { ...CARD, bind: "address" }))).deep.equals([]);
    expect(keepsDark(applied(intel(), CARD), "another").map(({ at }) => at.path)).deep.equals([MODPROBE, MODPROBE]);
  });
});

describe("a rescue", () => {
  const text = "options vfio-pci ids=10de:1e87\nblacklist nouveau\nblacklist pcspkr\n";

  it("mutes what keeps a display dark where it may take over, until it goes", () => {
    const args = { ...RESCUE, adopt: true };
    expect(asked(args, given(text)).standing.files[FILE]).equals(
      "muted: options vfio-pci ids=10de:1e87\nmuted: blacklist nouveau",
    );
    const host = applied(given(text), args);
    expect(dark(host)).deep.equals([]);
    expect(asked(args, host).effects).deep.equals([]);
    expect(codes(args, host)).deep.equals(["reboot-pending"]);
    expect(applied(host, undefined).files).deep.equals(given(text).files);
  });

  it("says of each line that it stays, and what would mute it, where it may not", () => {
    expect(asked(RESCUE, given(text)).standing.files).not.have.property(FILE);
    expect(said("stays-dark", RESCUE, given(text))).deep.equals([
      `pve1: ${FILE}:1 has options vfio-pci ids=10de:1e87, which a rescue leaves: vfio-pci takes 0000:01:00.0. adopt: true ` +
        "mutes it as long as this stands.",
      `pve1: ${FILE}:2 has blacklist nouveau, which a rescue leaves: nouveau is kept off, which a display needs. adopt: true ` +
        "mutes it as long as this stands.",
    ]);
  });

  it("is not kept by a picture that is off: its own words come last; a BIOS's they do not bring back", () => {
    for (const [word, firmware, isDark] of [
      ["video=efifb:off", "uefi", false],
      ["video=vesafb:off,efifb:off", "uefi", false],
      ["video=vesafb:off", "bios", true],
      ["initcall_blacklist=sysfb_init", "uefi", true],
    ] as const) {
      const grub = { ...given(`GRUB_CMDLINE_LINUX="${word}"\n`, "/etc/default/grub"), firmware };
      expect(said("stays-dark", RESCUE, grub).length, word).equals(isDark ? 1 : 0);
    }
  });

  it("says which guest takes a display again as soon as the host is up", () => {
    const starting =
      "101 0000:01:00,pcie=1,x-vga=1\n102 02:00.0\n103 host=00:02.0;01:00.1,pcie=1\n104 mapping=gpu,pcie=1\n";
    expect(said("stays-dark", RESCUE, intel({ said: { starting } }))).deep.equals([
      "pve1: VM 101 starts with the host, and takes 0000:01:00.0 from it: qm set 101 --onboot 0 keeps it there.",
      "pve1: VM 103 starts with the host, and takes 0000:00:02.0 from it: qm set 103 --onboot 0 keeps it there.",
      "pve1: VM 104 starts with the host, and takes what the mapping gpu stands for from it: qm set 104 --onboot 0 keeps it there.",
    ]);
    expect(said("stays-dark", CARD, intel({ said: { starting } }))).deep.equals([]);
  });

  it("looks up what a mapping of the cluster stands for on that host", () => {
    const mappings = [
      "gpu\n\tdescription node=pve1,path=0000:09:00\n\tmap id=10de:2504,node=pve2,path=0000:00:02.0",
      "# moved\n\tmap id=10de:2504,iommugroup=15,node=pve1,path=0000:01:00;0000:02:00.0,subsystem-id=1458:4074\n",
      "nic\n\tmap id=8086:15f3,node=pve1,path=0000:02:00.0\n",
      "igpu\n\tmap node=pve1,path=0000:00:02.0,id=8086:a780\n",
    ].join("\n");
    const starting =
      "104 mapping=gpu,pcie=1\n105 mapping=nic\n106 pcie=1,mapping=igpu\n107 mapping=gone\n108 mapping=igpu,mdev=i915-GVTg_V5_4\n";
    expect(said("stays-dark", RESCUE, intel({ said: { starting, mappings, node: "pve1.example\n" } }))).deep.equals([
      "pve1: VM 104 starts with the host, and takes 0000:01:00.0 from it: qm set 104 --onboot 0 keeps it there.",
      "pve1: VM 106 starts with the host, and takes 0000:00:02.0 from it: qm set 106 --onboot 0 keeps it there.",
    ]);
  });

  it("says of words that they stay, adopt or not", () => {
    const grub = given('GRUB_CMDLINE_LINUX="modprobe.blacklist=nouveau"\n', "/etc/default/grub");
    for (const adopt of [true, false])
      expect(said("stays-dark", { ...RESCUE, adopt }, grub)[0]).includes("Take it out for a picture there.");
  });

  it("outdoes words that give a display to vfio-pci or keep its driver off, with the rest of what they keep off", () => {
    for (const [words, more] of [
      ["vfio-pci.ids=10de:1e87", " vfio-pci.ids="],
      ["vfio-pci.ids=8086:15f3", ""],
      ["module_blacklist=nouveau", " module_blacklist="],
      ["module_blacklist=pcspkr", ""],
      [
        "module_blacklist=x module_blacklist=nouveau,pcspkr vfio-pci.ids=10de:1e87",
        " vfio-pci.ids= module_blacklist=pcspkr",
      ],
    ] as const) {
      const before = zfs(`root=ZFS=rpool/ROOT/pve-1 ${words}`);
      const host = applied(before, RESCUE);
      const line = `root=ZFS=rpool/ROOT/pve-1 ${words} video=efifb:force console=tty1${more}`;
      expect(host.files["/etc/kernel/cmdline"]).equals(`${line}\n`);
      expect(keepsDark(host, "gpu", "rescue")).deep.equals([]);
      expect(profileOf(host, "gpu")).deep.equals({ mode: "rescue" });
      expect(asked(RESCUE, host).effects).deep.equals([]);
      expect(codes(RESCUE, host)).deep.equals(["reboot-pending"]);
      expect(codes(RESCUE, { ...restarted(host, line), devices: host.devices })).deep.equals([]);
      expect(said("reboot-pending", RESCUE, restarted(host, line))[0]).includes("0000:01:00.0 is with vfio-pci");
      expect(applied(host, undefined).files).deep.equals(before.files);
      const grub = given(`GRUB_CMDLINE_LINUX_DEFAULT="${words}"\n`, "/etc/default/grub");
      expect(asked(RESCUE, grub).standing.files[DROP_IN]).includes(`DEFAULT video=efifb:force console=tty1${more}"`);
    }
  });

  it("leaves what is no display handed on, and carries no more of others' words than could be one of theirs", () => {
    for (const [words, more] of [
      ["vfio-pci.ids=10de:1e87,1000:0072:1000:3020", " vfio-pci.ids=1000:0072:1000:3020"],
      ['module_blacklist="nouveau,a b$x,xhci-pci"', " module_blacklist=xhci-pci"],
    ] as const)
      expect(applied(zfs(`root=ZFS=rpool/ROOT/pve-1 ${words}`), RESCUE).files["/etc/kernel/cmdline"]).equals(
        `root=ZFS=rpool/ROOT/pve-1 ${words} video=efifb:force console=tty1${more}\n`,
      );
    const adopting = { ...RESCUE, adopt: true };
    const host = applied(given("options vfio-pci ids=10de:1e87,1000:0072\n"), adopting);
    expect(host.files[DROP_IN]).includes('console=tty1 vfio-pci.ids=1000:0072"');
    expect(asked(adopting, host).effects).deep.equals([]);
  });

  it("wants the same whichever driver a display has, and however many rescue a host", () => {
    const text = "blacklist amdgpu\nblacklist radeon\n";
    const words = 'GRUB_CMDLINE_LINUX="module_blacklist=amdgpu,radeon"\n';
    const amd = (driver: string) =>
      intel({
        devices: [{ address: "0000:03:00.0", id: "1002:73bf", class: "030000", bootVga: true, driver, name: "AMD" }],
        files: { [FILE]: text, "/etc/default/grub": words },
      });
    const wanted = (driver: string) => asked({ host: "pve1", mode: "rescue", adopt: true }, amd(driver)).standing.files;
    expect(wanted("vfio-pci")).deep.equals(wanted("amdgpu"));
    expect(wanted("amdgpu")[FILE]).equals("muted: blacklist amdgpu\nmuted: blacklist radeon");
    const listed = given("vfio-pci ids=10de:1e87\n", "/etc/modules");
    for (const line of ["quiet", "quiet module_blacklist=vfio_pci"]) {
      const told = { ...listed, files: { ...listed.files, "/etc/default/grub": `GRUB_CMDLINE_LINUX="${line}"\n` } };
      const host = applied(told, RESCUE);
      expect(JSON.stringify(host.files)).includes("module_blacklist=vfio_pci").and.not.includes("vfio_pci,vfio_pci");
      expect(asked(RESCUE, host).effects).deep.equals([]);
      // What another one says already needs no word more.
      expect(rescueWords("other", false, host)).deep.equals(["video=efifb:force", "console=tty1"]);
    }
  });

  it("is never refused for what others have the kernel told: its own words come last", () => {
    const words = "video=efifb:off fbcon=map:0";
    const grub = given(`GRUB_CMDLINE_LINUX_DEFAULT="${words}"\n`, "/etc/default/grub");
    expect(reasons(RESCUE, grub)).deep.equals([]);
    expect(asked(RESCUE, grub).standing.files[DROP_IN]).includes("DEFAULT video=efifb:force console=tty1");
    const host = applied(zfs(`root=ZFS=rpool/ROOT/pve-1 ${words}`), RESCUE);
    expect(host.files["/etc/kernel/cmdline"]).equals(
      `root=ZFS=rpool/ROOT/pve-1 ${words} video=efifb:force console=tty1\n`,
    );
    expect(applied(host, undefined).files["/etc/kernel/cmdline"]).equals(`root=ZFS=rpool/ROOT/pve-1 ${words}\n`);
  });
});
