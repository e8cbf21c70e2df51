import { expect } from "chai";
import { bad, destroy, good, preview, up } from "../support/fixture.ts";
import { changedFiles, hostFiles, REBUILT } from "./host-files.ts";
import { consoleOfFailed, Trial } from "./trial.ts";

describe("one of two equal cards", function () {
  this.timeout(3_600_000);
  let trial: Trial;
  before(async () => {
    trial = await Trial.start({ cards: ["nvidia", "nvidia"] });
  });
  afterEach(function () {
    consoleOfFailed(this.currentTest, trial);
  });
  after(() => trial?.close());

  it("is handed on by its address, the other one stays with the host, and all is given back", async () => {
    const [files, drivers] = [await hostFiles(trial.machine), await trial.drivers()];
    expect(drivers).includes({ "0000:01:00.1": "snd_hda_intel", "0000:02:00.1": "snd_hda_intel" });
    const card = { gpus: [{ address: "0000:02:00.0" }], reboot: "when-needed", onDestroy: { reboot: true } };
    trial.declare(card);
    expect(await bad(preview(trial.stack))).includes("0000:01:00.0");
    trial.declare({ ...card, bind: "address" });
    await good(up(trial.stack));
    await trial.machine.nextBoot();
    const taken = { "0000:02:00.0": "vfio-pci", "0000:02:00.1": "vfio-pci" };
    expect(await trial.drivers()).deep.equals({ ...drivers, ...taken });
    await good(preview(trial.stack, "--expect-no-changes"));
    await good(destroy(trial.stack));
    await trial.machine.nextBoot();
    expect(await trial.drivers()).deep.equals(drivers);
    expect(changedFiles(files, await hostFiles(trial.machine), REBUILT)).deep.equals([]);
  });
});
