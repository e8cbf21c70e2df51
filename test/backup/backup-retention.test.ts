import { expect } from "chai";
import { printJobs } from "../../lab/backup/jobs-file.ts";
import { MONTHLY, NIGHTLY, openBackups, WEEKLY } from "../support/backups.ts";
import { Half, type OnLab, type Outputs } from "../support/on-lab.ts";

const ALL = { jobs: [NIGHTLY, WEEKLY, MONTHLY] };
const jobs = (...some: object[]) => ({ jobs: some });
const failing = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing failed",
    (thrown: Error) => thrown.message,
  );

for (const release of ["8.4", "9.2"] as const)
  describe(`backup jobs on ${release}`, () => {
    let lab: OnLab;
    beforeEach(async () => {
      lab = await openBackups(release);
    });
    afterEach(() => lab.close());
    const asItWas = () => expect(lab.left()).to.deep.equal([]);
    const job = (id: string) => Object.fromEntries(lab.byHand.jobs.get(id) ?? []);
    const byHand = (id: string, values: Readonly<Record<string, string>>) =>
      lab.byHand.jobs.set(
        id,
        new Map(Object.entries({ enabled: "1", ...values }).map(([key, value]) => [key, [value]])),
      );
    const change = (id: string, key: string, value: string | undefined) => {
      const there = new Map(lab.byHand.jobs.get(id));
      if (value === undefined) there.delete(key);
      else there.set(key, [value]);
      lab.byHand.jobs.set(id, there);
    };

    it("are as declared once they are made, are no difference then, and are gone when they are removed", async () => {
      const made = await lab.make("backups", ALL);
      expect(job("nightly")).to.deep.include({
        ...{ schedule: ["02:00"], pool: ["production"], storage: ["backups"], mode: ["snapshot"] },
        ...{ compress: ["zstd"], "prune-backups": ["keep-daily=7"], enabled: ["1"] },
      });
      expect(job("weekly")).to.deep.include({ all: ["1"], exclude: ["120"], mode: ["stop"] });
      expect(job("weekly")["comment"]?.[0]).to.match(/^for the worst case \[pve-ops job=weekly of=\S+]$/);
      expect(job("monthly")).to.deep.include({ vmid: ["111,112"], "notes-template": ["{{guestname}} of {{node}}"] });
      expect(await lab.isDifferent("backups", made, ALL)).to.equal(false);
      expect(await lab.refresh("backups", made)).to.deep.include({ objects: made["objects"] });
      await lab.remove("backups", made);
      asItWas();
    });

    it("change in each way that they can, and leave nothing of before", async () => {
      let state = await lab.make("backups", ALL);
      for (const [changed, holds] of [
        [{ ...NIGHTLY, guests: "all" }, { all: ["1"] }],
        [
          { ...NIGHTLY, guests: "all", exclude: [101, "critical"] },
          { all: ["1"], exclude: ["101,111,112"] },
        ],
        [{ ...NIGHTLY, guests: [200, 101] }, { vmid: ["101,200"] }],
        [{ ...NIGHTLY, guests: { tags: ["k8s", "ai"] }, node: "pve-aimax-01" }, { vmid: ["101,102,103,120"] }],
        [{ ...NIGHTLY, keep: undefined }, { pool: ["production"] }],
        [
          { ...NIGHTLY, keep: "all", prune: false, enabled: false },
          { "prune-backups": ["keep-all=1"], remove: ["0"] },
        ],
        [{ ...NIGHTLY, fleecing: { storage: "local-zfs" }, bandwidth: 51_200, ionice: 5 }, { bwlimit: ["51200"] }],
        [{ ...NIGHTLY, performance: { maxWorkers: 4 }, repeatMissed: true }, { performance: ["max-workers=4"] }],
        [{ ...NIGHTLY, notification: { mode: "notification-system" }, changeDetection: "metadata" }, {}],
        [{ ...NIGHTLY, notes: "{{vmid}}", protected: true, lockWait: 30, stopWait: 5, zstdThreads: 0 }, {}],
        [
          { ...NIGHTLY, excludePaths: ["/var/cache", "*.tmp"], comment: "a: b, c" },
          { "exclude-path": ["/var/cache", "*.tmp"] },
        ],
        [NIGHTLY, { pool: ["production"] }],
      ] as const) {
        const args = jobs(changed, WEEKLY);
        state = await lab.change("backups", state, args);
        expect(job("nightly"), JSON.stringify(changed)).to.deep.include(holds);
        expect(await lab.isDifferent("backups", state, args), JSON.stringify(changed)).to.equal(false);
      }
      expect([...lab.byHand.jobs.keys()]).to.deep.equal(["nightly", "weekly"]);
      expect(Object.keys(job("nightly")).toSorted()).to.deep.equal([
        "comment",
        "compress",
        "enabled",
        "mode",
        "pool",
        "prune-backups",
        "schedule",
        "storage",
      ]);
      await lab.remove("backups", state);
      asItWas();
    });

    it("follow the tags of guests, with a difference that says so", async () => {
      const args = jobs(MONTHLY);
      const made = await lab.make("backups", args);
      lab.byHand.guests.get(110)?.config.values.set("tags", "general;critical");
      const shown = await lab.preview("backups", args, made);
      expect(shown["objects"]).to.have.nested.property("/cluster/backup/monthly.vmid", "110,111,112");
      expect(await lab.isDifferent("backups", made, args)).to.equal(true);
      await lab.change("backups", made, args);
      expect(job("monthly")["vmid"]).to.deep.equal(["110,111,112"]);
    });

    for (const { what, by } of [
      { what: "changed", by: () => change("nightly", "schedule", "03:30") },
      { what: "given another option", by: () => change("nightly", "stopwait", "30") },
      { what: "without what it keeps", by: () => change("nightly", "prune-backups", undefined) },
      { what: "gone", by: () => void lab.byHand.jobs.delete("nightly") },
    ])
      it(`that somebody left ${what} are drift: not gone over unseen, and put back by the up after a refresh`, async () => {
        const made = await lab.make("backups", ALL);
        by();
        expect(await lab.isDifferent("backups", made, ALL)).to.equal(false);
        const moved = { jobs: [{ ...NIGHTLY, schedule: "04:00" }, WEEKLY, MONTHLY] };
        expect(await failing(lab.change("backups", made, moved))).to.contain(
          "somebody changed /cluster/backup/nightly since",
        );
        const refreshed = await lab.refresh("backups", made);
        if (!refreshed) throw new Error("nothing is left");
        expect(await lab.isDifferent("backups", refreshed, ALL)).to.equal(true);
        const again = await lab.change("backups", refreshed, ALL);
        expect(again["objects"]).to.deep.equal(made["objects"]);
        await lab.remove("backups", again);
        asItWas();
      });

    const THERE = {
      ...{ type: "vzdump", schedule: "02:00", pool: "production", storage: "backups", mode: "snapshot" },
      ...{ compress: "zstd", "prune-backups": "keep-daily=7", quiet: "1", mailnotification: "always" },
    };

    it("that stand there already and are the same are taken over, and left when the resource goes", async () => {
      byHand("nightly", THERE);
      lab.remember();
      const made = await lab.make("backups", jobs(NIGHTLY));
      expect(job("nightly")["comment"]?.[0]).to.match(/^\[pve-ops job=nightly was=there of=\S+\]$/);
      expect(await lab.isDifferent("backups", made, jobs(NIGHTLY))).to.equal(false);
      await lab.remove("backups", made);
      asItWas();
    });

    it("that stand there already and are others are refused; with force they change, and are put back word for word", async () => {
      byHand("nightly", {
        ...THERE,
        pool: "general",
        "prune-backups": "keep-last=3",
        comment: "anna's",
        stopwait: "7",
      });
      lab.remember();
      const refused = await failing(lab.preview("backups", jobs(NIGHTLY)));
      expect(refused).to.contain("jobs[0].id: a job nightly that is not ours stands there already");
      expect(refused).to.contain('pool "general", not "production"').and.to.contain('comment "anna\'s", not nothing');
      asItWas();
      const made = await lab.make("backups", { ...jobs(NIGHTLY), force: true });
      expect(job("nightly")["pool"]).to.deep.equal(["production"]);
      const grown = await lab.change("backups", made, { ...ALL, force: true });
      await lab.remove("backups", grown);
      asItWas();
    });

    it("that were there before us are left alone as they are by who has lost the state", async () => {
      byHand("nightly", { ...THERE, comment: "anna's" });
      lab.remember();
      await lab.make("backups", jobs({ ...NIGHTLY, comment: "anna's" }));
      const again = await lab.make("backups", jobs({ ...NIGHTLY, comment: "anna's" }));
      await lab.remove("backups", again);
      asItWas();
    });

    it("of another resource are not touched", async () => {
      await lab.make("backups", jobs(NIGHTLY));
      expect(await failing(lab.make("others", { ...jobs(NIGHTLY), force: true }))).to.match(
        /belongs to urn:\S+::backups/,
      );
    });

    for (const { what, args, words } of [
      {
        what: "a storage for disks",
        args: jobs({ ...NIGHTLY, storage: "local-zfs" }),
        words: "jobs[0].storage: local-zfs is zfspool, which holds disks and no files",
      },
      {
        what: "a storage that takes no backups",
        args: jobs({ ...NIGHTLY, storage: "local" }),
        words: "jobs[0].storage: local takes import, iso, snippets, vztmpl, and no backups",
      },
      {
        what: "a retention for a storage that takes no backups",
        args: { ...jobs(NIGHTLY), storages: [{ storage: "local", keep: { last: 1 } }] },
        words: "storages[0]: local takes",
      },
      {
        what: "a schedule that PVE does not know",
        args: jobs({ ...NIGHTLY, schedule: "2 o'clock" }),
        words: "at character",
      },
      { what: "two jobs of one id", args: jobs(NIGHTLY, NIGHTLY), words: "two jobs have one id" },
      {
        what: "counts that keep nothing",
        args: jobs({ ...NIGHTLY, keep: { last: 0 } }),
        words: 'this keeps all: say "all"',
      },
    ])
      it(`are refused with ${what}`, async () => {
        expect(await failing(lab.preview("backups", args))).to.contain(words);
        asItWas();
      });

    it("are refused where their storage is not for a node, is off, or is away from one that has their guests", async () => {
      const { values, offline } = lab.byHand.storages.get("backups") ?? {};
      if (!values || !offline) throw new Error("no storage");
      const refused = () => failing(lab.preview("backups", jobs(NIGHTLY)));
      offline.add("pve-ms01-02");
      expect(await refused()).to.equal(
        "jobs[0].storage: backups is not active on pve-ms01-02, where 111 (postgres-01), 201 (grafana) of the job are",
      );
      offline.clear();
      lab.byHand.storages.get("backups")?.values.set("nodes", "pve-ms01-01");
      expect(await refused()).to.contain("backups is not for pve-ms01-02");
      lab.byHand.storages.get("backups")?.values.set("disable", "1");
      expect(await refused()).to.contain("the storage backups is disabled");
    });

    it("may wait in a preview for what is not there yet, and stop an up", async () => {
      const args = {
        jobs: [
          { ...NIGHTLY, storage: "nas" },
          { ...NIGHTLY, id: "of-pool", guests: { pool: "later" } },
          { ...NIGHTLY, id: "of-tag", guests: { tags: ["later"] } },
          { ...NIGHTLY, id: "of-guest", guests: [101, 999] },
        ],
      };
      const found = (await lab.findings("backups", args)).filter((one) => one.startsWith("awaited"));
      expect(found.map((one) => one.split(". Something")[0])).to.deep.equal([
        "awaited proj/dev/backups: jobs[0].storage: there is no storage nas",
        "awaited proj/dev/backups: jobs[1].guests.pool: there is no pool later that we may see",
        "awaited proj/dev/backups: jobs[2].guests.tags: there is no guest with the tag later that we may see",
        "awaited proj/dev/backups: jobs[3].guests: there is no guest 999 that we may see",
      ]);
      expect(await failing(lab.make("backups", args))).to.contain("Nothing was written");
      asItWas();
    });

    it("are finished by the next run where a call of any of them failed, and removed without a trace", async () => {
      byHand("weekly", { ...THERE, storage: "nfs-weekly", comment: "anna's" });
      lab.remember();
      const args = { ...ALL, storages: [{ storage: "backups", keep: { last: 3 } }], force: true };
      let times = 0;
      for (const verb of ["POST", "PUT", "DELETE"] as const)
        for (const how of [{ status: 500, message: "disk full" }, { drop: "unanswered" }] as const)
          for (let skip = 0; ; skip += 1) {
            lab.byHand.faults.calls({ verb, skip, times: 1, ...how });
            let state: Outputs | undefined;
            let failed = false;
            try {
              state = await lab.make("backups", args);
              await lab.remove("backups", state);
            } catch (thrown) {
              failed = true;
              if (thrown instanceof Half) state = thrown.outputs;
            }
            lab.byHand.faults.clear();
            if (failed) {
              const isThere = lab.byHand.jobs.has("nightly") || state !== undefined;
              const again =
                isThere && state ? await lab.change("backups", state, args) : await lab.make("backups", args);
              expect(await lab.isDifferent("backups", again, args)).to.equal(false);
              await lab.remove("backups", again);
            }
            expect(lab.left(), `${verb} ${skip} ${JSON.stringify(how)}`).to.deep.equal([]);
            if (!failed) break;
            times += 1;
          }
      expect(times).to.be.above(10);
    });

    it("leave a storage to keep what it kept, whether it said so before or not", async () => {
      for (const before of [undefined, "keep-last=5"]) {
        const { values } = lab.byHand.storages.get("backups") ?? {};
        if (before) values?.set("prune-backups", before);
        lab.remember();
        const args = { ...jobs(NIGHTLY), storages: [{ storage: "backups", keep: { last: 3, monthly: 2 } }] };
        const shown = await lab.preview("backups", args);
        expect(shown["objects"])
          .to.have.property("/storage/backups?prune-backups")
          .that.deep.equals({
            ...{ "keep-last": 3, "keep-monthly": 2 },
          });
        const made = await lab.make("backups", { ...args, force: true });
        expect(lab.byHand.storages.get("backups")?.values.get("prune-backups")).to.equal("keep-last=3,keep-monthly=2");
        expect(await lab.isDifferent("backups", made, { ...args, force: true })).to.equal(false);
        await lab.remove("backups", made);
        asItWas();
      }
    });

    it("stand in the file as PVE writes it, whatever their comment holds", async () => {
      await lab.make("backups", jobs({ ...NIGHTLY, comment: "50 % größer: [a] b" }));
      expect(printJobs(lab.byHand.jobs)).to.contain("vzdump: nightly\n\tcomment 50 %25 ");
    });
  });
