import { expect } from "chai";
import { driversOf, KERNEL, kernelOf, PaperHost } from "../../../support/lab-machine.ts";

const TWO = { board: "x570", cards: ["RX 580", "GTX 1080"] };
const AMD = ["0000:07:00.0", "0000:07:00.1"];
const NVIDIA = ["0000:08:00.0", "0000:08:00.1"];
const IDS = "options vfio-pci ids=10de:1b80,10de:10f0\n";
const VFIO = "vfio\nvfio_iommu_type1\nvfio_pci\n";

const KINDS = {
  "GRUB on ext4": { ...TWO, boot: "grub" },
  "GRUB on ext4, by BIOS": { ...TWO, boot: "grub", firmware: "bios" },
  "systemd-boot on ZFS": { ...TWO, boot: "systemd-boot" },
  "GRUB on ESPs with Secure Boot": { ...TWO, boot: "grub-esp", secureBoot: true },
};

describe("a machine that boots", () => {
  for (const [name, hardware] of Object.entries(KINDS)) {
    it(`comes up as it is installed, by ${name}`, () => {
      const outcome = new PaperHost(hardware).start();
      expect(outcome).to.include({ boots: true, network: true });
      expect(driversOf(outcome, [...AMD, ...NVIDIA])).to.deep.equal([
        "amdgpu",
        "snd_hda_intel",
        "nouveau",
        "snd_hda_intel",
      ]);
    });

    it(`gives a card to vfio-pci once the initramfs has its ids and modules, not before, by ${name}`, () => {
      const host = new PaperHost(hardware);
      host.files["/etc/modprobe.d/vfio.conf"] = IDS;
      host.files["/etc/initramfs-tools/modules"] = VFIO;
      expect(driversOf(host.start(), NVIDIA)).to.deep.equal(["nouveau", "snd_hda_intel"]);
      host.rebuild();
      expect(driversOf(host.start(), NVIDIA)).to.deep.equal(["vfio-pci", "vfio-pci"]);
      expect(driversOf(host.start(), AMD)).to.deep.equal(["amdgpu", "snd_hda_intel"]);
    });
  }

  it("says what it was started with, and by which loader", () => {
    const cmdlines = Object.values(KINDS).map((hardware) => kernelOf(new PaperHost(hardware).start()).cmdline);
    expect(cmdlines).to.deep.equal([
      `BOOT_IMAGE=/boot/vmlinuz-${KERNEL} root=/dev/mapper/pve-root ro quiet`,
      `BOOT_IMAGE=/boot/vmlinuz-${KERNEL} root=/dev/mapper/pve-root ro quiet`,
      `initrd=\\EFI\\proxmox\\${KERNEL}\\initrd.img-${KERNEL} root=ZFS=rpool/ROOT/pve-1 boot=zfs`,
      `BOOT_IMAGE=/vmlinuz-${KERNEL} root=ZFS=/ROOT/pve-1 ro root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet`,
    ]);
  });
});

interface Rule {
  readonly says: string;
  readonly hardware?: object;
  readonly files?: Readonly<Record<string, string>>;
  readonly parameters?: string;
  /** Without it, the initramfs is made anew. */
  readonly keepImage?: true;
  readonly drivers: readonly (string | undefined)[];
}

const late = (text: string) => ({ "/etc/modules-load.d/modules.conf": text });
const modprobe = (text: string) => ({ "/etc/modprobe.d/vfio.conf": text });
const early = { "/etc/initramfs-tools/modules": VFIO };

const RULES: readonly Rule[] = [
  { says: "ids without the module do nothing", files: modprobe(IDS), drivers: ["nouveau", "snd_hda_intel"] },
  {
    says: "loaded by /etc/modules alone, vfio-pci comes after nouveau",
    files: { ...modprobe(IDS), ...late(VFIO) },
    drivers: ["nouveau", "snd_hda_intel"],
  },
  {
    says: "with soft dependencies it comes first, even so late",
    files: { ...modprobe(`${IDS}softdep nouveau pre: vfio-pci\nsoftdep snd_hda_intel pre: vfio-pci\n`), ...late(VFIO) },
    keepImage: true,
    drivers: ["vfio-pci", "vfio-pci"],
  },
  {
    says: "a blacklisted driver leaves the card alone, at once",
    files: modprobe("blacklist nouveau\n"),
    keepImage: true,
    drivers: [undefined, "snd_hda_intel"],
  },
  {
    says: "a blacklist and late ids give the card away, its sound stays",
    files: { ...modprobe(`${IDS}blacklist nouveau\n`), ...late(VFIO) },
    drivers: ["vfio-pci", "snd_hda_intel"],
  },
  {
    says: "ids may stand on the command line",
    files: early,
    parameters: "vfio-pci.ids=10de:1b80,10de:10f0",
    drivers: ["vfio-pci", "vfio-pci"],
  },
  {
    says: "ids may stand in the list of modules",
    files: { "/etc/initramfs-tools/modules": "vfio-pci ids=10de:1b80\n" },
    drivers: ["vfio-pci", "snd_hda_intel"],
  },
  {
    says: "module_blacklist= keeps a module out even if it is named",
    files: { ...modprobe(IDS), ...early },
    parameters: "module_blacklist=vfio_pci,nouveau",
    drivers: [undefined, "snd_hda_intel"],
  },
  {
    says: "modprobe.blacklist= is a blacklist",
    parameters: "modprobe.blacklist=nouveau",
    drivers: [undefined, "snd_hda_intel"],
  },
  {
    says: "nouveau without modesetting drives nothing",
    files: modprobe("options nouveau modeset=0\n"),
    drivers: [undefined, "snd_hda_intel"],
  },
  { says: "nomodeset drives no display", parameters: "nomodeset", drivers: [undefined, "snd_hda_intel"] },
  {
    says: "an install command stands in for the module",
    files: modprobe("install nouveau /bin/false\n"),
    drivers: [undefined, "snd_hda_intel"],
  },
  {
    says: "vfio_virqfd is there no more and is passed over",
    files: { ...modprobe(IDS), "/etc/initramfs-tools/modules": `${VFIO}vfio_virqfd\n` },
    drivers: ["vfio-pci", "vfio-pci"],
  },
  {
    says: "without an IOMMU vfio-pci takes nothing",
    hardware: { ...TWO, iommu: false },
    files: { ...modprobe(IDS), ...early },
    drivers: ["nouveau", "snd_hda_intel"],
  },
  {
    says: "amd_iommu=off is no IOMMU",
    files: { ...modprobe(IDS), ...early },
    parameters: "amd_iommu=off",
    drivers: ["nouveau", "snd_hda_intel"],
  },
  {
    says: "a udev rule gives one slot away",
    files: {
      "/etc/udev/rules.d/10-vfio.rules": `SUBSYSTEM=="pci", KERNEL=="0000:08:00.0", ATTR{driver_override}="vfio-pci"\n`,
      ...late(VFIO),
    },
    drivers: ["vfio-pci", "snd_hda_intel"],
  },
  {
    says: "a script of the initramfs gives one slot away",
    files: {
      "/etc/initramfs-tools/scripts/init-top/vfio": `DEVS="0000:08:00.0 0000:08:00.1"
for DEV in $DEVS; do
  echo "vfio-pci" > /sys/bus/pci/devices/$DEV/driver_override
done
modprobe -i vfio-pci
`,
      ...early,
    },
    drivers: ["vfio-pci", "vfio-pci"],
  },
];

describe("which driver has a card after a boot", () => {
  for (const { says, hardware = TWO, files = {}, parameters, keepImage, drivers } of RULES)
    it(says, () => {
      const host = new PaperHost(hardware);
      Object.assign(host.files, files);
      if (!keepImage) host.rebuild();
      if (parameters !== undefined) host.addParameters(parameters);
      expect(driversOf(host.start(), NVIDIA)).to.deep.equal(drivers);
    });

  it("counts a USB function that the initramfs has a driver for: only a soft dependency is before it", () => {
    const host = new PaperHost({ board: "c612", cards: ["RTX 2080"], firmware: "bios" });
    const card = ["0000:02:00.0", "0000:02:00.1", "0000:02:00.2", "0000:02:00.3"];
    host.files["/etc/modprobe.d/vfio.conf"] = "options vfio-pci ids=10de:1e87,10de:10f8,10de:1ad8,10de:1ad9\n";
    host.files["/etc/initramfs-tools/modules"] = VFIO;
    host.rebuild();
    expect(driversOf(host.start(), card)).to.deep.equal(["vfio-pci", "vfio-pci", "xhci_hcd", "vfio-pci"]);
    host.files["/etc/modprobe.d/vfio.conf"] += "softdep xhci_pci pre: vfio-pci\n";
    host.rebuild();
    expect(driversOf(host.start(), card)).to.deep.equal(["vfio-pci", "vfio-pci", "vfio-pci", "vfio-pci"]);
  });

  it("gives both of two equal cards away by their ids, and one by its slot", () => {
    const host = new PaperHost({ board: "rome", cards: ["RTX 3090", "RTX 3090"] });
    const both = ["0000:01:00.0", "0000:02:00.0"];
    host.files["/etc/initramfs-tools/modules"] = "vfio_pci ids=10de:2204\n";
    host.rebuild();
    expect(driversOf(host.start(), both)).to.deep.equal(["vfio-pci", "vfio-pci"]);
    host.files["/etc/initramfs-tools/modules"] = "vfio_pci\n";
    host.files["/etc/initramfs-tools/scripts/init-top/one"] =
      "echo vfio-pci > /sys/bus/pci/devices/0000:02:00.0/driver_override\n";
    host.rebuild();
    expect(driversOf(host.start(), both)).to.deep.equal(["nouveau", "vfio-pci"]);
  });
});

describe("a machine that does not come back", () => {
  const stuck = (change: (host: PaperHost) => void, hardware: object = TWO) => {
    const host = new PaperHost(hardware);
    change(host);
    return host.start();
  };
  const DISK_ID = "144d:a808";

  const CASES: Readonly<Record<string, readonly [(host: PaperHost) => void, RegExp]>> = {
    "for a grub.cfg that is gone": [(host) => delete host.files["/boot/grub/grub.cfg"], /no \/boot\/grub\/grub.cfg/],
    "for a kernel that is gone": [(host) => delete host.files[`/boot/vmlinuz-${KERNEL}`], /not found/],
    "for an initramfs that is cut off": [
      (host) => {
        host.files[`/boot/initrd.img-${KERNEL}`] = "initramfs of the lab\n{";
      },
      /Unable to mount root fs/,
    ],
    "for another root": [(host) => host.addParameters("root=/dev/sdz9"), /\/dev\/sdz9 does not exist/],
    "for a disk whose driver is kept out": [(host) => host.addParameters("module_blacklist=nvme"), /driven by nothing/],
    "for a disk that vfio-pci has": [
      (host) => {
        host.files["/etc/modprobe.d/vfio.conf"] = `options vfio-pci ids=${DISK_ID}\nsoftdep nvme pre: vfio-pci\n`;
        host.rebuild();
      },
      /driven by vfio-pci/,
    ],
    "for an initramfs of named modules, the disk's not among them": [
      (host) => {
        host.files["/etc/initramfs-tools/initramfs.conf"] = "MODULES=list\n";
        host.rebuild();
      },
      /driven by nothing/,
    ],
    "for a shell as init": [(host) => host.addParameters("init=/bin/sh"), /nothing else/],
    "for an init that ends": [(host) => host.addParameters("init=/bin/false"), /Attempted to kill init/],
    "for `break`": [(host) => host.addParameters("break=premount"), /waits in the initramfs/],
  };
  for (const [why, [change, words]] of Object.entries(CASES))
    it(`stays away ${why}, and says so`, () => {
      const outcome = stuck(change);
      expect(outcome.boots).to.equal(false);
      expect(outcome.why).to.match(words);
    });

  it("starts over by itself where panic= tells it to", () => {
    expect(stuck((host) => host.addParameters("init=/bin/false panic=30"))).to.include({ boots: false, again: 30 });
  });

  it("passes over an init that is not there, as initramfs-tools does", () => {
    expect(stuck((host) => host.addParameters("init=/nowhere")).boots).to.equal(true);
  });

  it("needs boot=zfs where its root is a pool", () => {
    const entries = (host: PaperHost) => Object.keys(host.files).filter((path) => path.includes("/loader/entries/"));
    const outcome = stuck(
      (host) => {
        for (const path of entries(host)) host.files[path] = (host.files[path] ?? "").replace(" boot=zfs", "");
      },
      { ...TWO, boot: "systemd-boot" },
    );
    expect(outcome.boots).to.equal(false);
  });
});

describe("a machine that comes back where nobody reaches it", () => {
  const CASES: Readonly<Record<string, readonly [(host: PaperHost) => void, RegExp]>> = {
    "its card's driver is kept out": [
      (host) => host.addParameters("module_blacklist=igb"),
      /0000:04:00.0 is driven by nothing/,
    ],
    "vfio-pci has its card": [
      (host) => {
        host.files["/etc/modprobe.d/vfio.conf"] = "options vfio-pci ids=8086:1539\nsoftdep igb pre: vfio-pci\n";
        host.rebuild();
      },
      /driven by vfio-pci/,
    ],
    "its port has another name": [(host) => host.addParameters("net.ifnames=0"), /called eth0/],
    "it is up for one user": [(host) => host.addParameters("systemd.unit=rescue.target"), /one user/],
  };
  for (const [why, [change, words]] of Object.entries(CASES))
    it(`says so when ${why}`, () => {
      const host = new PaperHost(TWO);
      change(host);
      const outcome = host.start();
      expect(outcome).to.include({ boots: true, network: false });
      expect(outcome.why).to.match(words);
    });
});

describe("a machine's console", () => {
  const shown = (hardware: object, change: (host: PaperHost) => void = () => {}) => {
    const host = new PaperHost(hardware);
    change(host);
    return kernelOf(host.start()).console;
  };
  const ONE = { board: "x570", cards: ["GTX 1080"] };
  const give = (host: PaperHost) => {
    host.files["/etc/initramfs-tools/modules"] = "vfio_pci ids=10de:1b80,10de:10f0\n";
    host.rebuild();
  };

  it("is the card's driver, or what the firmware drew where there is none", () => {
    expect(shown(ONE)).to.deep.equal({ by: "nouveau", address: "0000:07:00.0" });
    expect(shown(ONE, (host) => host.addParameters("nomodeset"))).to.include({ by: "efifb" });
    expect(shown({ ...ONE, firmware: "bios" }, (host) => host.addParameters("nomodeset"))).to.include({ by: "vgacon" });
  });
  it("is gone when the only card is given away", () => {
    expect(shown(ONE, give)).to.equal(undefined);
  });
  it("is there still where graphics are built in", () => {
    expect(shown({ board: "z790", cards: ["GTX 1080"] }, give)).to.deep.equal({ by: "i915", address: "0000:00:02.0" });
  });
  it("is gone where the firmware's picture is switched off and no driver comes", () => {
    expect(shown(ONE, (host) => host.addParameters("nomodeset video=efifb:off"))).to.equal(undefined);
  });
});
