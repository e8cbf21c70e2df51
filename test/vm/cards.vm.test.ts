import { expect } from "chai";
import { destroy, good, preview, up } from "../support/fixture.ts";
import { changedFiles, type HostFiles, hostFiles, REBUILT } from "./host-files.ts";
import { consoleOfFailed, Trial } from "./trial.ts";

const INTEL = { iommu: "intel", says: "DMAR: IOMMU enabled", parameters: "intel_iommu=on iommu=pt" } as const;
const AMD = { iommu: "amd", says: "AMD-Vi: Interrupt remapping enabled", parameters: "iommu=pt" } as const;
const CARDS = [
  { maker: "AMD", address: "0000:01:00.0", ...INTEL, by: "by the run itself" },
  { maker: "NVIDIA", address: "0000:02:00.0", ...INTEL, by: "by the run itself" },
  { maker: "NVIDIA", address: "0000:02:00.0", ...AMD, by: "by hand" },
] as const;

for (const { maker, address, iommu, says, parameters, by } of CARDS)
  describe(`a card of ${maker}'s, on a host with the IOMMU of ${iommu} that is rebooted ${by},`, function () {
    this.timeout(3_600_000);
    const byHand = by === "by hand";
    const taken = { [address]: "vfio-pci", [address.replace(/0$/, "1")]: "vfio-pci" };
    let trial: Trial;
    let files: HostFiles;
    let drivers: Record<string, string>;

    before(async () => {
      trial = await Trial.start({ iommu });
      [files, drivers] = [await hostFiles(trial.machine), await trial.drivers()];
      trial.declare({ gpus: [{ address }], ...(byHand ? {} : { reboot: "when-needed", onDestroy: { reboot: true } }) });
    });
    afterEach(function () {
      consoleOfFailed(this.currentTest, trial);
    });
    after(() => trial?.close());

    it("is with vfio-pci then, and the other card is as it was", async () => {
      expect(Object.values(drivers)).not.includes("vfio-pci");
      await good(up(trial.stack));
      if (byHand) {
        expect(await trial.drivers()).deep.equals(drivers);
        expect(await good(preview(trial.stack, "--expect-no-changes"))).includes("vm is to be rebooted");
        await trial.machine.reboot();
      } else await trial.machine.nextBoot();
      expect(await trial.drivers()).deep.equals({ ...drivers, ...taken });
      expect((await trial.read("/proc/cmdline")).trim()).matches(new RegExp(` quiet ${parameters}$`));
      expect(await good(trial.machine.run("dmesg"))).includes(says);
      expect(await good(preview(trial.stack, "--expect-no-changes"))).not.includes("is to be rebooted");
    });

    it("is as before after a destroy, as is every file but the initramfs", async () => {
      await good(destroy(trial.stack));
      if (byHand) await trial.machine.reboot();
      else await trial.machine.nextBoot();
      expect(await trial.drivers()).deep.equals(drivers);
      expect(await trial.read("/proc/cmdline")).not.includes("iommu");
      expect(changedFiles(files, await hostFiles(trial.machine), REBUILT)).deep.equals([]);
    });
  });
