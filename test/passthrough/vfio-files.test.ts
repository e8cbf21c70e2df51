import { expect } from "chai";
import { parse } from "#providers/core/door.ts";
import { factsOf } from "#providers/passthrough/vfio-facts.ts";
import { Args } from "#providers/passthrough/vfio-host-config.args.ts";
import { applied, restarted } from "./applied.ts";
import {
  asked,
  CARD,
  codes,
  DROP_IN,
  GRUB,
  intel,
  MODPROBE,
  NVIDIA,
  reasons,
  said,
  TOOLS,
  TWINS,
  TWO_AMD,
  zfs,
} from "./asked.ts";
import { devices, host } from "./host.ts";

describe("what a host's files are to hold for a card", () => {
  it("is all functions of its slot for vfio-pci, its maker's drivers kept off, and the IOMMU on", () => {
    expect(asked(CARD).standing.files).deep.equals({
      [MODPROBE]: [
        "# pve-ops-managed: gpu. Changes here are reverted.",
        "# 0000:01:00.0 [10de:1e87]",
        "# 0000:01:00.1 [10de:10f8]",
        "# 0000:01:00.2 [10de:1ad8]",
        "# 0000:01:00.3 [10de:1ad9]",
        "options vfio-pci ids=10de:1e87,10de:10f8,10de:1ad8,10de:1ad9",
        ...[
          "nouveau",
          "nvidia",
          "nvidia_drm",
          "nvidiafb",
          "snd_hda_intel",
          "xhci_pci",
          "xhci_hcd",
          "i2c_nvidia_gpu",
        ].map((driver) => `softdep ${driver} pre: vfio-pci`),
        ...["nouveau", "nvidia", "nvidia_drm", "nvidiafb"].map((driver) => `blacklist ${driver}`),
        "",
      ].join("\n"),
      "/etc/initramfs-tools/modules": "vfio\nvfio_iommu_type1\nvfio_pci",
      [DROP_IN]:
        "# pve-ops-managed: gpu. Changes here are reverted.\n" +
        'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt"\n',
    });
  });

  it("is the same however the card is named", () => {
    const { files } = asked(CARD).standing;
    for (const gpu of [
      { address: "0000:01:00.0" },
      { ids: ["10DE:1E87"] },
      { match: "rtx 2080" },
      { address: "0000:01:00" },
    ])
      expect(asked({ gpus: [gpu] }).standing.files, JSON.stringify(gpu)).deep.equals(files);
  });

  it("does not change with the names that lspci has for it", () => {
    const renamed = NVIDIA.map((device) => ({ ...device, name: `${device.name} (renamed)` }));
    for (const bind of ["ids", "address"]) {
      const args = { ...CARD, bind };
      expect(asked(args, { ...applied(intel(), args), devices: renamed }).effects).deep.equals([]);
    }
  });

  it("has what an initramfs brings early for disks and networks come after vfio-pci", () => {
    const facts = intel({
      devices: [
        ...NVIDIA,
        ...devices(
          "0000:05:00.0 1000:0097 010700 mpt3sas Broadcom SAS3008\n0000:06:00.0 8086:1521 020000 igb Intel I350",
        ),
      ],
    });
    const text =
      asked({ gpus: [{ address: "05:00.0" }, { address: "06:00.0" }] }, facts).standing.files[MODPROBE] ?? "";
    expect(text).includes("softdep mpt3sas pre: vfio-pci").and.includes("softdep igb pre: vfio-pci");
    expect(text).not.includes("blacklist");
  });

  it("keeps the driver that another card of the same maker's needs", () => {
    const facts = host({ programs: TOOLS, files: GRUB, devices: TWO_AMD });
    const text = asked({ gpus: [{ match: "RX 470" }] }, facts).standing.files[MODPROBE] ?? "";
    expect(text).includes("softdep amdgpu pre: vfio-pci");
    expect(text).not.includes("blacklist");
    const both = asked({ gpus: [{ ids: ["1002:67df", "1002:73bf"] }] }, facts).standing.files[MODPROBE] ?? "";
    expect(both).includes("blacklist amdgpu\nblacklist radeon");
  });

  it("leaves AMD's IOMMU as it is: it is on by itself", () => {
    const facts = host({ programs: TOOLS, files: GRUB, devices: TWO_AMD });
    expect(asked({ gpus: [{ match: "RX 470" }] }, facts).standing.files[DROP_IN]).matches(/DEFAULT iommu=pt"\n$/);
  });

  it("repeats no parameter that the admin has, and has no drop-in where all are there", () => {
    const own = {
      "/etc/default/grub": 'GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on,sm_on"\nGRUB_CMDLINE_LINUX="iommu=pt"\n',
    };
    expect(asked(CARD, intel({ files: own })).standing.files).not.have.property(DROP_IN);
    expect(
      asked({ ...CARD, kernelParameters: ["pcie_aspm=off"] }, intel({ files: own })).standing.files[DROP_IN],
    ).matches(/DEFAULT pcie_aspm=off"\n$/);
  });

  it("goes to the words of /etc/kernel/cmdline where systemd-boot boots", () => {
    const { standing, effects } = asked(CARD, zfs());
    expect(standing.files["/etc/kernel/cmdline"]).equals("intel_iommu=on iommu=pt");
    expect(standing.files).not.have.property(DROP_IN);
    expect(effects.map(({ detail }) => detail.replace(/ \(\w+\)$/, ""))).deep.equals([
      "update-initramfs -u -k all",
      "proxmox-boot-tool refresh",
    ]);
  });

  it("is a console and nothing else for a rescue, and nothing at all for off", () => {
    const { files } = asked({ ...CARD, mode: "rescue" }).standing;
    expect(Object.keys(files)).deep.equals([DROP_IN]);
    expect(files[DROP_IN]).includes("video=efifb:force console=tty1");
    expect(asked({ ...CARD, mode: "off" }).standing.files).deep.equals({});
  });

  it("is in other files for each name", () => {
    const parsed = Args.parse({ host: "pve1", ...CARD });
    const paths = (name: string) => [...factsOf({ name, urn: name }, parsed, intel()).edits.keys()];
    expect(paths("a b")).includes("/etc/modprobe.d/pve-ops-a_20_b.conf");
    expect(paths("a_20_b")).includes("/etc/modprobe.d/pve-ops-a_5f_20_5f_b.conf");
  });

  it("names what has to be rebuilt for it, and again for its removal", () => {
    const { effects, onDelete } = asked(CARD);
    expect(effects.map(({ kind, target }) => [kind, target])).deep.equals([
      ["initramfs", "pve1"],
      ["boot-entries", "pve1"],
    ]);
    expect(onDelete.map(({ kind }) => kind)).deep.equals(["initramfs", "boot-entries"]);
    expect(asked({ mode: "off" }).effects).deep.equals([]);
  });
});

describe("a reboot that is shown", () => {
  const WHEN = { ...CARD, reboot: "when-needed", onDestroy: { reboot: true } };
  const rebooting = (args: object, facts = intel()) => {
    const { effects, onDelete } = asked(args, facts);
    return [effects, onDelete].map((list) => list.filter(({ kind }) => kind === "reboot").map(({ detail }) => detail));
  };

  it("heals itself where something was written that hands cards on, and is not promised to otherwise", () => {
    const [up = [], destroy = []] = rebooting(WHEN);
    expect(up.join()).matches(/^pve1 starts again and has to prove it; it heals itself 300 s later unless that is/);
    expect(destroy.join()).matches(/^pve1 starts again and has to prove it \(/);
    const set = restarted(applied(intel(), WHEN), "quiet intel_iommu=on iommu=pt");
    for (const mode of ["rescue", "off"]) {
      const [back = []] = rebooting({ ...WHEN, mode }, set);
      expect(back.join(), mode).matches(/^pve1 starts again and has to prove it \(/);
    }
    expect(rebooting(WHEN, { ...set, cmdline: "quiet" })[0]?.join()).not.includes("heals itself");
  });

  it("is refused with the reason where a pool that hangs makes any disk count as used", () => {
    const uses = { "0000:01:00.0": ["sda"] };
    const [words] = reasons(CARD, intel({ uses, late: ["zpool"] }));
    expect(words).includes("can never be handed on (zpool does not answer there: each of its disks counts as used)");
    expect(reasons(CARD, intel({ uses }))[0])
      .includes("handed on")
      .and.not.includes("zpool");
  });

  it("is kept by what does not answer there, which may pass, and each of that is said", () => {
    const hanging = intel({ late: ["zpool", "/etc/pve"] });
    expect(said("quorum", WHEN, hanging)[0]).includes("zpool does not answer there: each of its disks counts as used");
    expect(asked(WHEN, hanging).awaited).deep.equals([]);
    for (const args of [CARD, { ...CARD, mode: "rescue" }])
      expect(said("no-answer", args, hanging)).deep.equals([
        "pve1: zpool does not answer there: each of its disks counts as used.",
        "pve1: /etc/pve does not answer there: nobody can tell its guests and its cluster.",
      ]);
  });

  it("is kept by a Ceph that is not whole, which may pass, and by a network that was never tried, which does not", () => {
    const files = { "/etc/network/interfaces.new": "auto lo\n" };
    expect(
      asked(WHEN, intel({ files }))
        .awaited?.map(({ reason }) => reason)
        .join(),
    ).matches(/interfaces\.new.*discard/);
    for (const [health, isKept] of [
      ["HEALTH_OK", false],
      ["HEALTH_WARN clients are allowing insecure global_id reclaim", false],
      ["HEALTH_WARN 1 osds down; Degraded data redundancy: 7/21 objects degraded", true],
      ["HEALTH_WARN 1/3 mons down, quorum pve1,pve2", true],
      ["HEALTH_ERR full ratio(s) out of order", true],
      ["", true],
    ] as const) {
      const facts = intel({ said: { ceph: health } });
      expect(said("quorum", WHEN, facts).length, health).equals(isKept ? 1 : 0);
      expect(asked(WHEN, facts).awaited).deep.equals([]);
    }
  });
});

describe("before the reboot it is said", () => {
  const onConsole = host({
    programs: TOOLS,
    files: GRUB,
    devices: NVIDIA.map((device) => ({ ...device, bootVga: device.address === "0000:01:00.0" })),
  });

  it("that nothing reboots the host, and that its console goes dark where the card shows it", () => {
    expect(codes(CARD)).deep.equals(["next-boot"]);
    expect(codes(CARD, onConsole)).deep.equals(["next-boot", "console"]);
    expect(asked(CARD, onConsole).findings()[1]?.message).includes("0000:01:00.0 NVIDIA").and.includes("mode: rescue");
  });

  it("no more for a rescue, which gives the console back, and nothing where nothing changes", () => {
    expect(codes({ ...CARD, mode: "rescue" }, onConsole)).deep.equals(["next-boot"]);
    expect(codes({ ...CARD, mode: "off" }, onConsole)).deep.equals([]);
  });
});

describe("a host is refused", () => {
  it("for a card that is not there, with those that are", () => {
    expect(reasons({ gpus: [{ address: "0a:00.0" }] })).deep.equals([
      "gpus[0]: pve1 has no device with the address 0000:0a:00.0; its displays are " +
        "0000:00:02.0 Intel Corporation Raptor Lake-S GT1 [UHD Graphics 770] [8086:a780], " +
        "0000:01:00.0 NVIDIA Corporation TU104 [GeForce RTX 2080 Rev. A] [10de:1e87]",
    ]);
    expect(reasons({ gpus: [{ match: "RTX 5090" }] })[0]).includes('no device with "RTX 5090" in a display\'s name;');
  });

  it("for no card that is gone or was another's, where all is to be taken out", () => {
    const files = { ...GRUB, "/etc/modprobe.d/vfio.conf": "options vfio-pci ids=10de:1b80\n" };
    for (const mode of ["rescue", "off"])
      expect(reasons({ gpus: [{ address: "0a:00.0" }], mode }, intel({ files })), mode).deep.equals([]);
  });

  it("where somebody set a parameter otherwise, with file and line", () => {
    const own = { "/etc/default/grub": 'X=1\nGRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=off"\n' };
    expect(reasons(CARD, intel({ files: own }))).deep.equals([
      "host: pve1: /etc/default/grub:2 has intel_iommu=off where this wants intel_iommu=on: take one of them out",
    ]);
  });

  it("where another file hands devices to vfio-pci: the kernel would take the last one alone", () => {
    const files = { ...GRUB, "/etc/modprobe.d/vfio.conf": "# by hand\noptions vfio-pci ids=10de:1b80\n" };
    expect(reasons(CARD, intel({ files }))[0]).matches(
      /^host: pve1: \/etc\/modprobe\.d\/vfio\.conf:2 hands devices to vfio-pci already .* take that line out first$/,
    );
  });

  it("where another resource hands devices to it: a host has one", () => {
    const other = "/etc/modprobe.d/pve-ops-other.conf";
    const text = "# pve-ops-managed: other. Changes here are reverted.\noptions vfio-pci ids=10de:1b80\n";
    expect(reasons(CARD, intel({ files: { [other]: text } }))[0]).matches(
      /pve-ops-other\.conf:2 .* that is the VfioHostConfig "other", so list all cards of a host in one$/,
    );
  });

  it("but not by that where it hands on nothing itself", () => {
    const files = { ...GRUB, "/etc/modprobe.d/vfio.conf": "options vfio-pci ids=10de:1b80\n" };
    expect(reasons({ ...CARD, mode: "rescue" }, intel({ files }))).deep.equals([]);
    expect(reasons({ kernelParameters: ["pcie_aspm=off"] }, intel({ files }))).deep.equals([]);
  });

  it("where something that stays with it would be taken along", () => {
    const twins = host({ programs: TOOLS, files: GRUB, devices: TWINS });
    expect(reasons(CARD, twins)).deep.equals([
      "host: pve1: 0000:41:00.0 [10de:2204] NVIDIA Corporation GA102 [GeForce RTX 3090] (a display) would be taken with " +
        '0000:01:00.0, which has the same id: choose both or neither, or set bind: "address"',
    ]);
    expect(reasons({ gpus: [{ ids: ["10de:2204"] }], allowHeadless: true }, twins)).deep.equals([]);
    expect(reasons({ gpus: [{ address: "00:1f.3" }] }, twins)).deep.equals([
      "host: pve1: 0000:00:1f.0 [8086:7a04] Intel Corporation Z690 LPC (a bridge) is in a slot that is chosen: choose another card",
      "host: pve1: 0000:00:1f.6 [8086:1a1c] Intel Corporation Ethernet Connection I219-V (a network card) is in a slot that is " +
        "chosen: choose another card",
    ]);
    expect(reasons({ ...CARD, drivers: ["nouveau", "nvme"] })).deep.equals([
      "host: pve1: 0000:02:00.0 [144d:a80a] Samsung Electronics NVMe SSD Controller PM9A1 (a disk's controller) stays with the host and " +
        "needs nvme: leave that out of drivers",
    ]);
  });

  it("where the marks of our block are broken, by its name: there may be a hundred", () => {
    const files = { ...GRUB, "/etc/initramfs-tools/modules": "# BEGIN pve-ops-managed gpu\nvfio\n" };
    expect(() => asked(CARD, intel({ files }))).throws(
      /^on pve1, looking for the block "gpu" in .* its marks are broken/,
    );
  });

  it("where nobody can tell what boots it, or it rebuilds no initramfs", () => {
    expect(reasons(CARD, host({ devices: NVIDIA }))[0]).matches(/which boot loader it has cannot be told/);
    expect(reasons(CARD, host({ programs: ["update-grub"], devices: NVIDIA, files: GRUB }))).deep.equals([
      "host: pve1: it has no update-initramfs, so it is no host of Proxmox VE's",
    ]);
  });

  for (const [args, why] of [
    [{ gpus: [{ address: "1:0.0" }] }, /an address is like/],
    [{ gpus: [{ address: "01:00.0", ids: ["10de:1e87"] }] }, /one of them/],
    [{ kernelParameters: ["a b"] }, /one word/],
    [{ kernelParameters: ['x="$(reboot)"'] }, /one word/],
    [{ kernelParameters: ["root=/dev/sdb1"] }, /what a host starts from/],
    [{ kernelParameters: ["vfio-pci.ids=8086:1521"] }, /what is handed on is listed under gpus/],
    [{ drivers: ["no such"] }, /kernel module's name/],
    [{ mode: "passthru" }, /passthrough/],
    [{ gpu: [] }, /gpus/],
  ] as const)
    it(`for args that mean nothing: ${JSON.stringify(args)}`, () => {
      const parsed = parse(Args, { host: "pve1", ...args });
      expect(
        parsed.is === "wrong" && parsed.failures.map(({ property, reason }) => `${property} ${reason}`).join(),
      ).matches(why);
    });
});
