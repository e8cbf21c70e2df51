import { expect } from "chai";
import { MONTHLY, NIGHTLY, openBackups, WEEKLY } from "../support/backups.ts";
import type { OnLab } from "../support/on-lab.ts";

const jobs = (...some: object[]) => ({ jobs: some });
const DAY = 86_400;

for (const release of ["8.4", "9.2"] as const)
  describe(`what a preview of backup jobs says on ${release}`, () => {
    let lab: OnLab;
    beforeEach(async () => {
      lab = await openBackups(release);
      lab.byHand.clock.stop();
    });
    afterEach(() => lab.close());
    const said = async (code: string, args: object) =>
      (await lab.findings("backups", args)).filter((one) => one.startsWith(`${code} `));
    const ask = (path: string) => lab.ask<{ volid: string; mark: string; vmid: number }[]>(path);
    const refusal = (args: object) =>
      lab.preview("backups", args).then(
        () => "nothing",
        (thrown: Error) => thrown.message,
      );

    it("tells each backup that goes with the next run, as the cluster's own dry run has it", async () => {
      const args = jobs({ ...NIGHTLY, keep: { daily: 3, weekly: 1 } });
      const found = await said("would-remove", args);
      const at = `/nodes/pve-ms01-01/storage/backups/prunebackups?prune-backups=${encodeURIComponent("keep-daily=3,keep-weekly=1")}`;
      const going = (await ask(at)).filter(({ mark, vmid }) => mark === "remove" && [111, 112, 201].includes(vmid));
      expect(going).to.have.length.above(20);
      expect(found.map((one) => one.split(" ")[1]?.slice(0, -1)).toSorted()).to.deep.equal(
        going.map(({ volid }) => volid).toSorted(),
      );
      expect(found[0]).to.match(
        /\(10\.0 GiB\) of 111 \(postgres-01\), made \w{3} [\d-]{10} 02:00, goes with the next run of nightly/,
      );
      const [total] = await said("removes", args);
      expect(total).to.match(
        new RegExp(
          `^removes nightly: The next run of nightly removes ${going.length} backups \\(\\d+ GiB\\) of 3 guests from backups\\.$`,
        ),
      );
      expect(await said("remains", args)).to.have.length(3);
      expect(await said("dry-run-differs", args)).to.deep.equal([]);
    });

    it("says nothing of backups where nothing goes", async () => {
      for (const keep of ["all", { last: 100 }, undefined]) {
        const found = await lab.findings("backups", jobs({ ...NIGHTLY, keep }));
        expect(found.filter((one) => /^(?:would-remove|removes|remains|dry)/.test(one))).to.deep.equal([]);
      }
    });

    it("goes by what the storage keeps where the job does not say it, and by what it is to keep", async () => {
      const bare = jobs({ ...NIGHTLY, keep: undefined });
      lab.byHand.storages.get("backups")?.values.set("prune-backups", "keep-last=2");
      const found = await said("removes", bare);
      expect(found[0]).to.match(/removes 36 backups/);
      expect(await said("removes", { ...bare, storages: [{ storage: "backups", keep: { last: 12 } }] })).to.match(
        /removes 6 backups/,
      );
      expect((await said("job", bare))[0]).to.contain("keeps the last 2, as the storage does");
    });

    it("says of others' jobs too what a storage's retention would have them remove", async () => {
      const values = { type: "vzdump", enabled: "1", schedule: "01:00", vmid: "110", storage: "backups" };
      lab.byHand.jobs.set("annas", new Map(Object.entries(values).map(([key, value]) => [key, [value]])));
      const args = {
        ...jobs(MONTHLY),
        storages: [{ storage: "backups", keep: { last: 1 } }],
        guard: { allowLast: true },
      };
      const found = (await said("would-remove", args)).filter((one) => one.includes(" annas,"));
      expect(found).to.have.length(2);
      expect(found[0]).to.contain("goes with the next run of annas, by the storage backups");
    });

    it("takes the cluster's word where it would do otherwise, and says so", async () => {
      // The newest of each of the six guests there; three of them are the job's, whatever the time of day.
      lab.byHand.faults.dryRuns({ storage: "backups", removes: 6 });
      const args = jobs({ ...NIGHTLY, keep: { last: 100 } });
      expect(await said("would-remove", args)).to.have.length(3);
      expect((await said("dry-run-differs", args))[0]).to.contain("what it says counts here");
    });

    it("says who would be in no job, and agrees with the cluster once all is made", async () => {
      const args = jobs(NIGHTLY);
      const found = await said("not-backed-up", args);
      await lab.make("backups", args);
      const uncovered = await ask("/cluster/backup-info/not-backed-up");
      expect(found.map((one) => Number(one.split(" ")[1]?.slice(0, -1)))).to.have.members(
        uncovered.map(({ vmid }) => vmid),
      );
      expect(await said("not-backed-up", jobs(NIGHTLY, { ...WEEKLY, exclude: undefined }))).to.deep.equal([]);
      const asleep = await said("not-backed-up", jobs({ ...WEEKLY, exclude: undefined, enabled: false }));
      expect(asleep).to.have.length(10);
      expect(asleep[0]).to.contain("is in no job that is enabled");
    });

    it("tells the next five runs by the clock of the nodes", async () => {
      for (const node of lab.byHand.nodes) node.timezone = "Europe/Vienna";
      const [runs] = await said("next-runs", jobs(NIGHTLY));
      expect(runs).to.match(
        /^next-runs nightly: nightly runs next (?:\w{3} \d{4}-\d\d-\d\d 02:00, ){4}\w{3} \d{4}-\d\d-\d\d 02:00 \(Europe\/Vienna\)\.$/,
      );
      expect(await said("never-runs", jobs({ ...NIGHTLY, schedule: "2020-01-01" }))).to.have.length(1);
      expect(await said("next-runs", jobs({ ...NIGHTLY, enabled: false }))).to.deep.equal([
        "next-runs nightly: nightly is disabled: it does not run.",
      ]);
    });

    it("points out jobs that begin together at one storage, and retentions that share backups", async () => {
      const other = { ...NIGHTLY, id: "monthly", schedule: "*-*-1 02:00", guests: [111], keep: { monthly: 6 } };
      const args = jobs(NIGHTLY, other);
      expect((await said("same-start", args))[0]).to.match(
        /^same-start nightly: nightly and monthly begin at the same minute \(\w{3} \d{4}-\d\d-01 02:00\), both to backups/,
      );
      expect(await said("shared-retention", args)).to.deep.equal([
        "shared-retention nightly: nightly keeps 7 daily and monthly keeps 6 monthly, both of 111 (postgres-01) on backups: whichever runs prunes the backups of both by its own.",
      ]);
      for (const apart of [
        { ...other, storage: "nfs-weekly" },
        { ...other, guests: [101], schedule: "*-*-1 02:01" },
      ]) {
        const found = await lab.findings("backups", jobs(NIGHTLY, apart));
        expect(found.filter((one) => /^(?:same-start|shared-retention) /.test(one))).to.deep.equal([]);
      }
    });

    it("says who is left out and is not there, and who is backed up by nobody", async () => {
      const args = jobs({ ...WEEKLY, exclude: ["ai", "scrach", 999] }, { ...NIGHTLY, node: "pve-aimax-01" });
      expect(await said("excludes-nobody", args)).to.deep.equal([
        "excludes-nobody weekly: weekly is to leave out what is not there: no guest with the tag scrach, guest 999 that we may see.",
      ]);
      expect(await said("backs-up-nobody", args)).to.deep.equal([
        "backs-up-nobody nightly: nightly backs up nobody: none of its guests is on pve-aimax-01.",
      ]);
    });

    it("says what a mode means for running containers", async () => {
      expect((await said("no-fsfreeze", jobs(NIGHTLY)))[0]).to.contain(
        "running containers in snapshot mode (201 (grafana))",
      );
      expect(await said("no-fsfreeze", jobs({ ...NIGHTLY, mode: "stop" }))).to.deep.equal([]);
      expect(await said("no-fsfreeze", jobs({ ...NIGHTLY, guests: [111, 112] }))).to.deep.equal([]);
    });

    it("changes nothing that is stored as days go by, so that a saved plan applies", async () => {
      const args = jobs(NIGHTLY, WEEKLY, MONTHLY);
      const first = await lab.preview("backups", args);
      lab.byHand.clock.step(3 * DAY);
      expect(await lab.preview("backups", args)).to.deep.equal(first);
    });

    for (const { guard, keep, words } of [
      {
        guard: { maxRemove: 20 },
        keep: { daily: 7 },
        words: "guard.maxRemove: 21 backups would be removed, and no more than 20 may: backups:backup/",
      },
      { guard: { maxRemove: 21 }, keep: { daily: 7 }, words: "nothing" },
      {
        guard: { minKeep: 8 },
        keep: { daily: 7 },
        words:
          "guard.minKeep: 111 (postgres-01) would keep 7 on backups by the job nightly, and at least 8 have to stay",
      },
      { guard: { minKeep: 7 }, keep: { daily: 7 }, words: "nothing" },
      {
        guard: undefined,
        keep: { last: 1 },
        words:
          "guard.allowLast: by the job nightly, all that 111 (postgres-01) has on backups goes once the next backup is there",
      },
      { guard: { allowLast: true }, keep: { last: 1 }, words: "nothing" },
      { guard: undefined, keep: { last: 2 }, words: "nothing" },
    ])
      it(`is stopped by ${JSON.stringify(guard)} with ${JSON.stringify(keep)}: ${words.split(":")[0]}`, async () => {
        expect(await refusal({ ...jobs({ ...NIGHTLY, keep }), guard })).to.match(
          new RegExp(`^${words.replace(/[().]/g, "\\$&")}`),
        );
      });

    it("is told by another node where one is away, and by nobody where just that one could", async () => {
      const args = jobs({ ...NIGHTLY, keep: { daily: 3 } });
      const going = async () => (await said("would-remove", args)).map((one) => one.split(" ")[1]);
      const all = await going();
      lab.byHand.nodes.find(({ name }) => name === "pve-ms01-02")?.leave();
      expect(await going()).to.deep.equal(all);
      const there = lab.byHand.storages.get("backups");
      if (there) lab.byHand.storages.set("backups", { ...there, type: "dir" });
      expect(await said("untold", args)).to.have.length(1);
    });

    it("is not stopped by a guard for a storage that is not there yet", async () => {
      const args = { ...jobs({ ...NIGHTLY, storage: "nas" }), guard: { maxRemove: 0 } };
      expect(await refusal(args)).to.equal("nothing");
    });

    it("is stopped by a guard where nobody can tell what would go", async () => {
      lab.byHand.faults.calls({ verb: "GET", path: "/nodes/*/storage/*/prunebackups", status: 500, message: "cannot" });
      expect(await refusal({ ...jobs(NIGHTLY), guard: { maxRemove: 0 } })).to.contain("guard: nobody can tell what");
      expect((await said("untold", jobs(NIGHTLY)))[0]).to.contain("Nobody can tell what the job nightly would remove");
    });
  });
