import { expect } from "chai";
import type { OnLab, Outputs } from "../support/on-lab.ts";
import { CountedStarts, LOADERS, REBOOTS, until } from "./counted-starts.ts";

const ARGS = { ...REBOOTS, confirm: { timeout: 300, comeBack: 30 } };

for (const loader of LOADERS)
  describe(`the reboot that a destroy makes, of a host that boots by ${loader},`, function () {
    this.timeout(600_000);
    let trial: CountedStarts;
    let on: OnLab;
    let outputs: Outputs;
    beforeEach(async () => {
      trial = await CountedStarts.of(loader);
      on = trial.on;
      outputs = { ...(await on.make("gpu", ARGS)), onDestroy: { reboot: true } };
      on.byHand;
      trial.starts = 0;
    });
    afterEach(() => on?.close());

    /** Gone at last, after one reboot, however often it takes a run. */
    async function goes(): Promise<void> {
      for (let run = 0; run < 3; run += 1) {
        const thrown = await on.remove("gpu", outputs).catch((one: unknown) => one);
        if (thrown === undefined) break;
      }
      expect(trial.left()).deep.equals([]);
      expect(trial.starts).equals(1);
    }

    const MOMENTS: Readonly<Record<string, () => boolean>> = {
      "has its files back": () => !trial.there("/etc/modprobe.d/pve-ops-gpu.conf"),
      "goes down": () => !trial.host.node.online,
      "is back": () => trial.starts === 1,
    };
    for (const [moment, isSo] of Object.entries(MOMENTS))
      it(`is made once: its run is killed when the host ${moment}`, async () => {
        await trial.killed(ARGS, isSo, outputs);
        if (!trial.host.node.online) await until(() => trial.host.node.online);
        await goes();
      });

    for (const skip of [1, 2, 3, 4])
      for (const at of ["before", "during", "after"] as const)
        it(`is made once: the connection ends ${at} command ${skip + 1}`, async () => {
          on.lab.cluster.faults.ssh({ node: "pve1", skip, times: 1, at, ...(at === "during" ? { bytes: 40 } : {}) });
          await goes();
        });
  });
