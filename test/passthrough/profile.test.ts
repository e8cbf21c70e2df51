import { expect } from "chai";
import fc from "fast-check";
import type { HostFacts } from "#providers/host/host-facts.ts";
import { profileOf } from "#providers/passthrough/profile.ts";
import { applied } from "./applied.ts";
import { asked, intel, NVIDIA, reasons, zfs } from "./asked.ts";
import { grouped } from "./host.ts";

const FUNCTIONS = ["0000:01:00.0", "0000:01:00.1", "0000:01:00.2", "0000:01:00.3"];

describe("what a host is set up for, as args,", () => {
  for (const [what, args, facts] of [
    ["a whole card", { gpus: [{ address: "0000:01:00" }] }, intel()],
    ["some functions of it", { gpus: [{ address: "0000:01:00", functions: [0, 1] }] }, intel()],
    ["by its address", { gpus: [{ address: "0000:01:00" }], bind: "address" }, intel()],
    ["with drivers of one's own", { gpus: [{ address: "0000:01:00" }], drivers: ["nvidia-drm"] }, intel()],
    ["with more parameters", { gpus: [{ address: "0000:01:00" }], kernelParameters: ["pcie_aspm=off"] }, zfs()],
    [
      "without the IOMMU's",
      { gpus: [{ address: "0000:01:00" }], iommu: "keep", kernelParameters: ["quiet2", "iommu=pt"] },
      intel(),
    ],
    [
      "with options of vfio's",
      { gpus: [{ address: "0000:01:00" }], disableVga: true, allowUnsafeInterrupts: true },
      intel(),
    ],
    [
      "with what shares its group, and without any other display",
      { gpus: [{ address: "0000:01:00" }], allowSharedGroup: ["0000:02:00.0"], allowHeadless: true },
      intel({ devices: grouped(NVIDIA.slice(1), { 14: [...FUNCTIONS, "0000:02:00.0"] }) }),
    ],
    ["the IOMMU alone", { kernelParameters: ["pcie_aspm=off"] }, intel()],
    ["a rescue", { mode: "rescue" }, zfs()],
    ["nothing", { mode: "off" }, intel()],
  ] as const)
    it(`is ${what}`, () => {
      expect(reasons(args, facts)).deep.equals([]);
      expect(profileOf(applied(facts, args), "gpu")).deep.equals(args);
    });

  it("takes over what somebody set up by hand, or ghostctl", () => {
    const files = {
      "/etc/modprobe.d/vfio.conf": "# ghostctl-managed\noptions vfio-pci ids=10de:1e87,10de:10f8 disable_vga=1\n",
    };
    const profile = profileOf(intel({ files }), "gpu");
    expect(profile).deep.equals({
      gpus: [{ address: "0000:01:00", functions: [0, 1] }],
      disableVga: true,
      adopt: true,
    });
    expect(reasons(profile, intel({ files }))).deep.equals([]);
    expect(profileOf(applied(intel({ files }), profile), "gpu")).deep.equals(profile);
  });

  it("changes nothing where it stands, whatever was asked for", () => {
    const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const words = fc.constantFrom("pcie_aspm=off", "iommu=pt", "intel_iommu=on", "quiet", "console=tty1", "pci=noaer");
    const gpu = fc.record(
      {
        address: fc.constantFrom("01:00", "01:00.1", "00:02.0", "02:00.0"),
        functions: fc.oneof(fc.constant("all"), fc.constantFrom([0], [0, 1], [1, 2])),
      },
      { requiredKeys: ["address"] },
    );
    const args = fc.record({
      mode: some(fc.constantFrom("passthrough", "rescue", "off")),
      gpus: some(fc.array(gpu, { maxLength: 3 })),
      bind: some(fc.constantFrom("ids", "address")),
      drivers: some(fc.oneof(fc.constant("auto"), fc.subarray(["nouveau", "nvidia-drm", "i915"]))),
      iommu: some(fc.constantFrom("auto", "keep")),
      kernelParameters: some(fc.uniqueArray(words)),
      disableVga: some(fc.boolean()),
      allowUnsafeInterrupts: some(fc.boolean()),
      adopt: some(fc.boolean()),
    });
    const grub = fc.constantFrom("quiet", "quiet iommu=pt", "intel_iommu=on iommu=pt video=efifb:force");
    const byHand = fc.constantFrom("", "options vfio-pci ids=10de:1e87\n", "blacklist nouveau\n");
    const booted = (isGrub: boolean, line: string, text: string): HostFacts => {
      const theirs = { "/etc/modprobe.d/theirs.conf": text };
      if (!isGrub) return zfs(`root=ZFS=rpool/x ${line}`, { files: theirs });
      return intel({ files: { "/etc/default/grub": `GRUB_CMDLINE_LINUX_DEFAULT="${line}"\n`, ...theirs } });
    };
    fc.assert(
      fc.property(args, fc.boolean(), grub, byHand, (given, ...how) => {
        const allowed = { ...JSON.parse(JSON.stringify(given)), allowHeadless: true };
        const before = booted(...how);
        fc.pre(reasons(allowed, before).length === 0);
        const host = applied(before, allowed);
        const stands = asked(allowed, host).standing;
        // Where nothing of ours stands, it is about what others set up.
        fc.pre(Object.keys(stands.files).length > 0);
        const profile = profileOf(host, "gpu");
        expect(asked(profile, host).standing, JSON.stringify(profile)).deep.equals(stands);
        expect(reasons(profile, host)).deep.equals([]);
        expect(applied(host, profile).files).deep.equals(host.files);
        expect(applied(host, undefined).files).deep.equals(before.files);
      }),
      { numRuns: 60 },
    );
  });
});
