import { expect } from "chai";
import { KERNEL, kernelOf, PaperHost } from "../../../support/lab-machine.ts";

const TWO = { board: "x570", cards: ["RX 580", "GTX 1080"] };

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
