import { expect } from "chai";
import { type OnLab, orHalf } from "../support/on-lab.ts";
import { CountedStarts, LOADERS, REBOOTS, until } from "./counted-starts.ts";

const ARGS = { ...REBOOTS, confirm: { timeout: 300, comeBack: 30 } };
const LIB = "/var/lib/pve-ops";

for (const loader of LOADERS)
  describe(`a reboot that goes wrong in some moment, on a host that boots by ${loader}`, function () {
    this.timeout(600_000);
    let trial: CountedStarts;
    let on: OnLab;
    beforeEach(async () => {
      trial = await CountedStarts.of(loader);
      on = trial.on;
    });
    afterEach(() => on?.close());

    /** Everything is as declared at last, however often it takes a run. */
    async function settles(): Promise<void> {
      let state: object | undefined;
      for (let run = 0; run < 3; run += 1) {
        const { outputs, failed } = await orHalf(state ? on.change("gpu", { ...state }, ARGS) : on.make("gpu", ARGS));
        state = outputs ?? state;
        if (!failed) break;
      }
      // What this took fewer commands for than it was to break.
      on.lab.cluster.faults.clear();
      expect(await on.isDifferent("gpu", { ...state }, ARGS)).equals(false);
      expect(trial.isArmed()).equals(false);
      await on.remove("gpu", { ...state, onDestroy: { reboot: true } });
      expect(trial.left()).deep.equals([]);
    }

    const MOMENTS: Readonly<Record<string, () => boolean>> = {
      "is about to be armed": () => trial.there(`${LIB}/confirm`),
      "is armed": () => trial.there(`${LIB}/confirm.json`),
      "goes down": () => !trial.host.node.online,
      "is back": () => trial.starts === 1,
      "is confirmed": () => trial.starts === 1 && !trial.there(`${LIB}/confirm.json`),
    };
    for (const [moment, isSo] of Object.entries(MOMENTS))
      it(`is finished by the next run: its run is killed when the host ${moment}`, async () => {
        await trial.killed(ARGS, isSo);
        if (!trial.host.node.online) await until(() => trial.host.node.online);
        await settles();
      });

    for (const skip of [1, 2, 3, 4, 5, 6])
      for (const at of ["before", "during", "after"] as const)
        it(`is finished by the next run: the connection ends ${at} command ${skip + 1}`, async () => {
          on.lab.cluster.faults.ssh({ node: "pve1", skip, times: 1, at, ...(at === "during" ? { bytes: 40 } : {}) });
          await settles();
        });

    it("is told of where the host does not come back; the next run goes on once somebody has switched it on", async () => {
      on.lab.cluster.faults.reboots({ hang: loader === "GRUB" ? "down" : "up" });
      const args = { ...ARGS, confirm: { timeout: 30, comeBack: 30 } };
      const { outputs, why } = await orHalf(on.make("gpu", args));
      expect(why)
        .matches(/waiting for pve1 to come back from its reboot: nothing for \d+ s: /)
        .and.includes("it heals itself if it starts at all");
      // As another process would, which did not just see it away.
      on.byHand.nodes[0]?.comeBack();
      await until(() => trial.host.node.online);
      const after = await on.change("gpu", outputs ?? {}, ARGS);
      expect(await on.isDifferent("gpu", after, ARGS)).equals(false);
      expect(trial.isArmed()).equals(false);
    });
  });
