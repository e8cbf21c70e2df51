import { expect } from "chai";
import { asked, CARD, codes, DROP_IN, intel, MODPROBE, NVIDIA, reasons, said, zfs } from "./asked.ts";
import { devices } from "./host.ts";

const AMD = "AuthenticAMD";
const HOLD = "/var/lib/pve-ops/hold.json";
const only = NVIDIA.filter(({ address }) => address !== "0000:00:02.0");
const ast = devices("0000:03:00.0 1a03:2000 030000 ast ASPEED Technology, Inc. ASPEED Graphics Family");
const compute = devices("0000:03:00.0 10de:2330 030200 - NVIDIA Corporation GH100 [H100]");

describe("a host is refused by what it is", () => {
  for (const [when, args, facts, why] of [
    [
      "its firmware has Intel's IOMMU off",
      CARD,
      intel({ iommu: { offered: false, on: false } }),
      /^host: pve1: its firmware offers no IOMMU: switch on VT-d .* in its setup$/,
    ],
    [
      "its firmware has AMD's IOMMU off",
      CARD,
      intel({ cpu: AMD, iommu: { offered: false, on: false } }),
      /offers no IOMMU: switch on IOMMU \(AMD-Vi; often under AMD CBS, NBIO\)/,
    ],
    [
      "the IOMMU is off and nothing may be written that brings it",
      { ...CARD, persist: false },
      intel({ iommu: { on: false } }),
      /its IOMMU is off, and nothing can be bound before a reboot with it/,
    ],
    [
      "it cannot remap interrupts",
      CARD,
      intel({ iommu: { remaps: false } }),
      /cannot remap interrupts, .* or set allowUnsafeInterrupts where every guest is trusted$/,
    ],
    [
      "AMD's IOMMU is switched off by hand",
      CARD,
      intel({ cpu: AMD, files: { "/etc/default/grub": 'GRUB_CMDLINE_LINUX="amd_iommu=off"\n' } }),
      /^host: pve1: \/etc\/default\/grub:1 has amd_iommu=off, which switches the IOMMU off: take it out$/,
    ],
    [
      "the same where systemd-boot boots",
      CARD,
      zfs("root=ZFS=rpool/ROOT/pve-1 amd_iommu=off", { cpu: AMD }),
      /^host: pve1: \/etc\/kernel\/cmdline:1 has amd_iommu=off/,
    ],
    [
      "the card is its only display",
      CARD,
      intel({ devices: only }),
      /^host: pve1: all that it has for a console is chosen, 0000:01:00\.0 NVIDIA .*: set allowHeadless .*`pve-ops rescue pve1` over SSH, or mode: rescue,/,
    ],
    [
      "what else it has for a display has no outputs",
      CARD,
      intel({ devices: [...only, ...compute] }),
      /all that it has for a console is chosen/,
    ],
    [
      "its other display is handed on already",
      CARD,
      intel({
        files: {
          "/etc/initramfs-tools/scripts/init-top/vfio":
            "#!/bin/sh\necho vfio-pci > /sys/bus/pci/devices/0000:03:00.0/driver_override\n",
        },
        devices: [...only, ...ast],
      }),
      /all that it has for a console is chosen, 0000:01:00\.0 .*, and 0000:03:00\.0 is handed on already: set allowHeadless/,
    ],
    [
      "a rescue holds it",
      CARD,
      intel({ files: { [HOLD]: '{"by":"root@pve1","at":"2026-01-02T03:04:05Z"}\n' } }),
      /^host: pve1: it is held by root@pve1 since 2026-01-02T03:04:05Z, .*mode: rescue, or release it with `pve-ops rescue pve1 --release`$/,
    ],
    [
      "a rescue holds it whose note was cut off",
      CARD,
      intel({ files: { [HOLD]: '{"by":' } }),
      /it is held by \(its note does/,
    ],
  ] as const)
    it(`where ${when}`, () => {
      expect(reasons(args, facts)).length(1);
      expect(reasons(args, facts)[0]).matches(why);
    });
});

describe("a host is not refused", () => {
  for (const [when, args, facts] of [
    ["an IOMMU that is off comes with the parameters", CARD, intel({ iommu: { on: false } })],
    ["nobody can tell whether it remaps interrupts", CARD, intel({ iommu: { remaps: undefined } })],
    ["unsafe interrupts are allowed", { ...CARD, allowUnsafeInterrupts: true }, intel({ iommu: { remaps: false } })],
    ["it may be headless", { ...CARD, allowHeadless: true }, intel({ devices: only })],
    ["another display stays, be it its management's", CARD, intel({ devices: [...only, ...ast] })],
    ["it never had a console", { gpus: [{ address: "03:00" }] }, intel({ devices: compute })],
    [
      "a rescue holds it, and a rescue is what is wanted",
      { ...CARD, mode: "rescue" },
      intel({ files: { [HOLD]: "{}" } }),
    ],
    [
      "all is to be taken out",
      { ...CARD, mode: "off" },
      intel({ iommu: { offered: false, on: false }, devices: only }),
    ],
  ] as const)
    it(`where ${when}`, () => {
      expect(reasons(args, facts)).deep.equals([]);
    });
});

describe("what is declared of the IOMMU", () => {
  it("is written: unsafe interrupts also where they can be remapped", () => {
    const files = asked({ ...CARD, allowUnsafeInterrupts: true }).standing.files;
    expect(files[MODPROBE]).includes("\noptions vfio_iommu_type1 allow_unsafe_interrupts=1\n");
  });

  it("can be kept out of it: then only the parameters that were asked for are there", () => {
    expect(asked({ ...CARD, iommu: "keep" }).standing.files).not.have.property(DROP_IN);
    const files = asked({ ...CARD, iommu: "keep", kernelParameters: ["pcie_aspm=off"] }).standing.files;
    expect(files[DROP_IN]).matches(/DEFAULT pcie_aspm=off"\n$/);
  });
});

describe("a host on which nothing may be written", () => {
  it("gets no file, and equal cards of which one stays are no matter", () => {
    const args = { ...CARD, persist: false };
    expect(asked(args).standing.files).deep.equals({});
    expect(
      reasons(args, intel({ files: { "/etc/modprobe.d/vfio.conf": "options vfio-pci ids=10de:1e87\n" } })),
    ).deep.equals([]);
  });

  it("is refused what only a file could see to", () => {
    const args = { ...CARD, persist: false, disableVga: true, kernelParameters: ["pcie_aspm=off"] };
    const why = "counts from the next start on, by a file, and persist: false writes none";
    expect(reasons(args)).deep.equals([`disableVga: ${why}`, `kernelParameters: ${why}`]);
  });
});

describe("a host that goes dark", () => {
  it("is warned of where all that it shows a picture on is handed on", () => {
    const args = { ...CARD, allowHeadless: true };
    expect(codes(args, intel({ devices: only }))).deep.equals(["next-boot", "console"]);
    expect(codes(args, intel({ devices: [...only, ...ast] }))).deep.equals(["next-boot"]);
  });

  it("and one that healed itself says so, in every mode", () => {
    const healed = {
      "/var/lib/pve-ops/healed.json": '{"at":"2026-01-02T03:04:05Z","why":"nobody confirmed its start","failed":""}\n',
    };
    for (const mode of ["passthrough", "rescue", "off"])
      expect(said("healed", { ...CARD, mode }, intel({ files: healed }))[0]).matches(
        /^pve1 healed itself at 2026-01-02T03:04:05Z, since nobody confirmed its start: every file is as before/,
      );
  });
});
