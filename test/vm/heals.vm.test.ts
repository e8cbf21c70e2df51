import { expect } from "chai";
import { bad, destroy, good, up } from "../support/fixture.ts";
import { changedFiles, type HostFiles, hostFiles, REBUILT } from "./host-files.ts";
import { consoleOfFailed, Trial } from "./trial.ts";

describe("a host that a run reboots into what is declared wrongly", function () {
  this.timeout(3_600_000);
  let trial: Trial;
  let files: HostFiles;
  let drivers: Record<string, string>;

  beforeEach(async () => {
    trial = await Trial.start();
    [files, drivers] = [await hostFiles(trial.machine), await trial.drivers()];
  });
  afterEach(async function () {
    consoleOfFailed(this.currentTest, trial);
    await trial?.close();
  });

  for (const { what, parameter, timeout, why } of [
    { what: "comes up without vfio-pci", parameter: "module_blacklist=vfio_pci", timeout: 600, why: /02:00\.0/ },
    {
      what: "comes up where nobody reaches it",
      parameter: "systemd.mask=ssh.service",
      timeout: 30,
      why: /nobody confirmed its start/,
    },
  ])
    it(`and that ${what} heals itself, and the run says so`, async () => {
      trial.declare({
        gpus: [{ address: "0000:02:00.0" }],
        kernelParameters: [parameter],
        reboot: "when-needed",
        confirm: { timeout },
      });
      const said = await bad(up(trial.stack));
      expect(said, said).matches(why).and.includes("It healed itself: every file is as before");
      expect(changedFiles(files, await hostFiles(trial.machine), REBUILT, /^\/var\/lib\/pve-ops/)).deep.equals([]);
      expect(await trial.read("/proc/cmdline")).not.includes(parameter);
      expect(await trial.drivers()).deep.equals(drivers);
      // What is left tells of it until the next up.
      trial.declare({ mode: "off" });
      await good(up(trial.stack));
      await good(destroy(trial.stack));
      expect(changedFiles(files, await hostFiles(trial.machine), REBUILT)).deep.equals([]);
    });
});
