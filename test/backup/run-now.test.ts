import { expect } from "chai";
import { NIGHTLY, openBackups } from "../support/backups.ts";
import { Half, type OnLab } from "../support/on-lab.ts";
import { tokenWith } from "../support/rights.ts";

const NOW = { jobs: [NIGHTLY], now: true };
const failing = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("nothing failed"),
    (thrown: Error) => thrown,
  );

for (const release of ["8.4", "9.2"] as const)
  describe(`running backup jobs at once on ${release}`, () => {
    let lab: OnLab;
    beforeEach(async () => {
      lab = await openBackups(release);
      lab.lab.cluster.clock.run(200);
    });
    afterEach(() => lab.close());
    const began = (): number => lab.lab.cluster.tasks.all.filter(({ type }) => type === "vzdump").length;
    const stored = async (storage = "backups") =>
      lab.ask<{ volid: string; ctime: number; vmid: number; protected?: number }[]>(
        `/nodes/pve-ms01-01/storage/${storage}/content?content=backup`,
      );
    const since = (start: number) => async () =>
      (await stored()).filter(({ ctime }) => ctime >= start).map(({ vmid }) => vmid);

    it("backs up each guest of a job on each of its nodes, once, and prunes as it says", async () => {
      const fresh = since(lab.lab.cluster.clock.now());
      const shown = await lab.preview("backups", NOW);
      expect(shown["effects"]).to.deep.equal([
        { kind: "task", target: "/cluster/backup/nightly", detail: "backs up 111, 112, 201 to backups now" },
        { kind: "prune", target: "backups", detail: "of those, keeps 7 daily" },
      ]);
      const made = await lab.make("backups", NOW);
      expect(await fresh()).to.have.members([111, 112, 201]);
      expect((await stored()).filter(({ vmid }) => vmid === 111)).to.have.length(7);
      expect(began()).to.equal(2);
      expect((await lab.preview("backups", NOW, made))["effects"]).to.deep.equal([]);
      expect(await lab.isDifferent("backups", made, NOW)).to.equal(false);

      const changed = await lab.change("backups", made, { ...NOW, jobs: [{ ...NIGHTLY, schedule: "03:00" }] });
      expect(began()).to.equal(2);
      const again = { ...NOW, now: "2026-11-21" };
      expect((await lab.preview("backups", again, changed))["effects"]).to.have.length(2);
      const rerun = await lab.change("backups", changed, again);
      expect(began()).to.equal(4);
      expect(await lab.isDifferent("backups", rerun, again)).to.equal(false);
      const off = await lab.change("backups", rerun, { jobs: [NIGHTLY] });
      expect(await lab.isDifferent("backups", off, { jobs: [NIGHTLY] })).to.equal(false);
      expect(began()).to.equal(4);
    });

    it("believes a task's own end alone: one that fails late fails the run, which the next one tries again", async () => {
      lab.lab.cluster.faults.tasks({
        type: "vzdump",
        times: 1,
        fail: "403 Permission check failed (/vms/111, VM.Backup)",
      });
      const half = await failing(lab.make("backups", NOW));
      expect(half.message).to.match(
        /running the job nightly on pve-ms01-0\d: the task ended with: 403 Permission check failed/,
      );
      if (!(half instanceof Half)) throw half;
      expect(lab.byHand.jobs.has("nightly")).to.equal(true);
      expect(await lab.isDifferent("backups", half.outputs, NOW)).to.equal(true);
      const done = await lab.change("backups", half.outputs, NOW);
      expect(began(), "what went well is not run again").to.equal(3);
      expect(await lab.isDifferent("backups", done, NOW)).to.equal(false);
    });

    it("sees guests that PVE passed over, since who asks may not back them up", async () => {
      const privileges = ["Sys.Audit", "Sys.Modify", "Datastore.Allocate", "Datastore.AllocateSpace", "VM.Audit"];
      lab.as(tokenWith(lab, { "/": privileges }));
      const args = {
        jobs: [{ ...NIGHTLY, guests: "all", exclude: [101, 102, 103, 110, 111, 112, 113, 120, 200] }],
        now: true,
      };
      expect((await failing(lab.make("backups", args))).message).to.contain(
        "the task ended well, and there is no new backup of 201 (grafana) on backups",
      );
    });

    it("goes on from a run that was cut off, and does not back up twice", async () => {
      lab.lab.cluster.faults.calls({ verb: "GET", path: "/nodes/*/tasks/*/status", drop: "before" });
      const half = await failing(lab.make("backups", NOW));
      expect(half).to.be.instanceOf(Half);
      lab.lab.cluster.faults.clear();
      expect(began()).to.equal(2);
      // The state was lost besides.
      const made = await lab.make("backups", NOW);
      expect(began()).to.equal(2);
      expect(await lab.isDifferent("backups", made, NOW)).to.equal(false);
    });

    it("says what holds a guest, where a run fails for that", async () => {
      lab.byHand.guests.get(111)?.config.values.set("lock", "migrate");
      const { message } = await failing(lab.make("backups", NOW));
      expect(message).to.contain("running the job nightly on pve-ms01-02: the task ended with: job errors");
      expect(message).to.contain("Backup of VM 111 failed - VM is locked (migrate)");
      lab.byHand.guests.get(111)?.config.values.delete("lock");
    });

    it("goes on with those alone that are lacking, where a run failed for one of several on a node", async () => {
      lab.byHand.guests.get(111)?.config.values.set("lock", "migrate");
      const half = await failing(lab.make("backups", NOW));
      if (!(half instanceof Half)) throw half;
      lab.byHand.guests.get(111)?.config.values.delete("lock");
      const before = lab.lab.cluster.tasks.all.length;
      await lab.change("backups", half.outputs, NOW);
      const again = lab.lab.cluster.tasks.all.slice(before).filter(({ type }) => type === "vzdump");
      expect(again.map(({ id }) => id)).to.deep.equal(["111"]);
    });

    it("says that a stop shuts guests down", async () => {
      const shown = await lab.preview("backups", { jobs: [{ ...NIGHTLY, mode: "stop", keep: "all" }], now: true });
      expect(shown["effects"]).to.deep.equal([
        { kind: "task", target: "/cluster/backup/nightly", detail: "backs up 111, 112, 201 to backups now" },
        { kind: "shutdown", target: "/cluster/backup/nightly", detail: "shuts down 111, 112, 201 for it" },
      ]);
    });

    it("says of each node where several fail", async () => {
      lab.lab.cluster.faults.tasks({ type: "vzdump", fail: "no space left on device", late: true });
      const { message } = await failing(lab.make("backups", NOW));
      expect(message).to.contain("running the job nightly: it failed on 2 of 2 nodes");
      expect(message.match(/no space left on device/g)).to.have.length(4);
    });

    it("protects backups where their job goes, if that is declared, and removes none of them", async () => {
      const args = { jobs: [NIGHTLY], onDestroy: "protect" };
      const shown = await lab.preview("backups", args);
      expect(shown["onDelete"]).to.deep.equal([
        {
          kind: "protect",
          target: "/cluster/backup/nightly",
          detail: "marks the backups of 111, 112, 201 on backups as protected",
        },
      ]);
      const before = await stored();
      const made = await lab.make("backups", args);
      await lab.remove("backups", made);
      const after = await stored();
      expect(after.map(({ volid }) => volid)).to.deep.equal(before.map(({ volid }) => volid));
      const isOurs = ({ vmid }: { vmid: number }) => [111, 112, 201].includes(vmid);
      expect(after.filter(isOurs).every((one) => one.protected === 1)).to.equal(true);
      expect(after.filter((one) => !isOurs(one))).to.deep.equal(before.filter((one) => !isOurs(one)));
    });

    it("protects the backups of a job that is declared no more, and says so before", async () => {
      const both = {
        jobs: [NIGHTLY, { ...NIGHTLY, id: "general", guests: { pool: "general" } }],
        onDestroy: "protect",
      };
      const made = await lab.make("backups", both);
      const shown = await lab.preview("backups", { ...both, jobs: [NIGHTLY] }, made);
      expect(shown["effects"]).to.have.length(1);
      await lab.change("backups", made, { ...both, jobs: [NIGHTLY] });
      // What was given a name by hand is pruned by nothing.
      const general = (await stored()).filter(
        ({ vmid, volid }) => [110, 113, 200].includes(vmid) && !/fresh/.test(volid),
      );
      expect(general).to.have.length(9);
      expect(general.every((one) => one.protected === 1)).to.equal(true);
    });
  });
