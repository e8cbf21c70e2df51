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
