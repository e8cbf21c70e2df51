import { expect } from "chai";
import { bad, destroy, good, preview, up } from "../support/fixture.ts";
import { changedFiles, hostFiles } from "./host-files.ts";
import { consoleOfFailed, Trial } from "./trial.ts";

describe("cards that are bound while the host runs", function () {
  this.timeout(3_600_000);
  let trial: Trial;
  before(async () => {
    trial = await Trial.start();
  });
  afterEach(function () {
    consoleOfFailed(this.currentTest, trial);
  });
  after(() => trial?.close());

  it("change to vfio-pci by an up and back by a destroy, without a file or a reboot", async () => {
    const [files, drivers, boot] = [
      await hostFiles(trial.machine),
      await trial.drivers(),
      await trial.machine.bootId(),
    ];
    const card = { gpus: [{ address: "0000:02:00.0" }], persist: false };
    trial.declare(card);
    await good(up(trial.stack));
    const taken = { "0000:02:00.0": "vfio-pci", "0000:02:00.1": "vfio-pci" };
    expect(await trial.drivers()).deep.equals({ ...drivers, ...taken });
    expect(await good(trial.machine.run("ls /dev/vfio"))).matches(/^\d+$/m);
    expect(changedFiles(files, await hostFiles(trial.machine), /^\/var\/lib\/pve-ops/)).deep.equals([]);
    await good(preview(trial.stack, "--expect-no-changes"));

    trial.declare({ ...card, gpus: [...card.gpus, { address: "0000:01:00.0" }], allowHeadless: true });
    await good(up(trial.stack));
    expect(new Set(Object.values(await trial.drivers()))).deep.equals(new Set(["vfio-pci"]));

    // What a guest has open, the kernel would wait for without end.
    const [group] = /^\d+$/m.exec(await good(trial.machine.run("ls /dev/vfio"))) ?? [];
    const holds = `exec 5< /dev/vfio/${group}; echo $$ > /run/holder; exec sleep 100000`;
    const started = `setsid sh -c '${holds}' < /dev/null > /dev/null 2>&1 & until [ -s /run/holder ]; do sleep 0.1; done`;
    await good(trial.machine.run(started));
    expect(await bad(destroy(trial.stack))).matches(
      new RegExp(`it is in use \\(process \\d+, sleep, has /dev/vfio/${group} open\\)`),
    );
    await good(trial.machine.run("kill $(cat /run/holder)"));

    await good(destroy(trial.stack));
    expect(await trial.drivers()).deep.equals(drivers);
    expect(changedFiles(files, await hostFiles(trial.machine))).deep.equals([]);
    expect(await trial.machine.bootId()).equals(boot);
  });
});
