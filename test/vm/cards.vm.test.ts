import { expect } from "chai";
import { destroy, good, preview, up } from "../support/fixture.ts";
import { changedFiles, type HostFiles, hostFiles } from "./host-files.ts";
import { consoleOfFailed, Trial } from "./trial.ts";

const INITRD = /^\/boot\/initrd\.img-/;
const CARDS = [
  {
    maker: "AMD",
    iommu: "intel",
    address: "0000:01:00.0",
    says: "DMAR: IOMMU enabled",
    parameters: "intel_iommu=on iommu=pt",
  },
  {
    maker: "NVIDIA",
    iommu: "intel",
    address: "0000:02:00.0",
    says: "DMAR: IOMMU enabled",
    parameters: "intel_iommu=on iommu=pt",
  },
  { maker: "NVIDIA", iommu: "amd", address: "0000:02:00.0", says: "AMD-Vi: ", parameters: "iommu=pt" },
] as const;

for (const { maker, iommu, address, says, parameters } of CARDS)
  describe(`a card of ${maker}'s on a host with an IOMMU of ${iommu}'s`, function () {
    this.timeout(1_800_000);
    let trial: Trial;
    let files: HostFiles;
    let drivers: Record<string, string>;
    const functions = [address, address.replace(/0$/, "1")];

    before(async () => {
      trial = await Trial.start({ iommu });
      [files, drivers] = [await hostFiles(trial.machine), await trial.drivers()];
      trial.declare({ gpus: [{ address }] });
    });
    afterEach(function () {
      consoleOfFailed(this.currentTest, trial);
    });
    after(() => trial?.close());

    it("is with vfio-pci after an up and a reboot, and the other card is as it was", async () => {
      expect(Object.values(drivers)).not.includes("vfio-pci");
      await good(up(trial.stack));
      expect(await trial.drivers()).deep.equals(drivers);
      expect(await good(preview(trial.stack, "--expect-no-changes"))).includes(
        "vm is to be rebooted for this to count",
      );
      await trial.machine.reboot();
      const taken = Object.fromEntries(functions.map((one) => [one, "vfio-pci"]));
      expect(await trial.drivers()).deep.equals({ ...drivers, ...taken });
      expect((await trial.read("/proc/cmdline")).trim()).matches(new RegExp(` quiet ${parameters}$`));
      expect(await good(trial.machine.run("dmesg"))).includes(says);
      expect(await good(preview(trial.stack, "--expect-no-changes"))).not.includes("is to be rebooted");
    });

    it("is as before after a destroy and a reboot, as are all files but the initramfs", async () => {
      await good(destroy(trial.stack));
      expect(changedFiles(files, await hostFiles(trial.machine), INITRD)).deep.equals([]);
      await trial.machine.reboot();
      expect(await trial.drivers()).deep.equals(drivers);
      expect(await trial.read("/proc/cmdline")).not.includes("iommu");
      expect(changedFiles(files, await hostFiles(trial.machine), INITRD)).deep.equals([]);
    });
  });
