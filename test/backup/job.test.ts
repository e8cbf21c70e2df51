import { expect } from "chai";
import { Args } from "../../providers/backup/backup-retention.args.ts";
import { declaredJob, isKnownOption, jobAsTold, jobObject, writtenJob } from "../../providers/backup/job.ts";
import { commentIn, withRecord } from "../../providers/backup/record.ts";
import { returns } from "../../providers/pve/endpoints.ts";

const least = { id: "nightly", schedule: "02:00", guests: "all", storage: "backups" };
const declared = (job: object, selection: object = { all: true }) => {
  const [one] = Args.parse({ jobs: [{ ...least, ...job }] }).jobs;
  if (!one) throw new Error("no job");
  return declaredJob(one, selection);
};
/** As the door lets it in. */
const told = (job: object) => {
  const [one] = returns["GET /cluster/backup"].parse([{ id: "nightly", type: "vzdump", ...job }]);
  if (!one) throw new Error("no job");
  return one;
};
const shown = (job: object) => jobObject(told(job), "");

describe("a backup job", () => {
  for (const { what, job, as } of [
    {
      what: "the least that PVE's own form writes",
      job: {},
      as: { enabled: 1, schedule: "02:00", storage: "backups", mode: "snapshot", compress: "zstd", all: 1 },
    },
    {
      what: "numbers in texts, and PVE's defaults said or not",
      job: { keep: { daily: 7, weekly: 4, hourly: 0 } },
      as: {
        ...{ enabled: "1", schedule: "02:00", storage: "backups", compress: "zstd", all: "1", quiet: 1, remove: "1" },
        ...{
          "prune-backups": { "keep-daily": "7", "keep-weekly": "4", "keep-last": "0" },
          "notification-mode": "auto",
        },
        ...{ "next-run": 1_795_255_200, stdexcludes: 1, lockwait: "180", bwlimit: "0", "repeat-missed": 0, pigz: 0 },
      },
    },
    {
      what: "keep-all in each of its forms",
      job: { keep: "all" },
      as: { schedule: "02:00", storage: "backups", compress: "zstd", all: 1, "prune-backups": { "keep-daily": 0 } },
    },
    {
      what: "what a job of PVE 6 said: starttime, dow, maxfiles",
      job: { schedule: "sat,sun 23:30", keep: { last: 3 }, compress: "lzo" },
      as: { starttime: "23:30", dow: "sat;sun", maxfiles: 3, storage: "backups", compress: 1, all: 1, enabled: 1 },
    },
    {
      what: "every day of the week, which is none",
      job: { schedule: "23:30", compress: "none" },
      as: { starttime: "23:30", dow: "mon,tue,wed,thu,fri,sat,sun", storage: "backups", all: 1 },
    },
    {
      what: "guests in any order and with any separator",
      job: {},
      as: { schedule: "02:00", storage: "backups", compress: "zstd", vmid: "1000;102 101,102" },
    },
    {
      what: "fleecing and performance as objects",
      job: { fleecing: { storage: "local-zfs" }, performance: { maxWorkers: 4, pbsEntriesMax: 1_048_576 } },
      as: {
        ...{ schedule: "02:00", storage: "backups", compress: "zstd", all: 1 },
        ...{ fleecing: { enabled: "1", storage: "local-zfs" }, performance: { "max-workers": "4" } },
      },
    },
    {
      what: "fleecing that is off",
      job: {},
      as: { schedule: "02:00", storage: "backups", compress: "zstd", all: 1, fleecing: { enabled: 0, storage: "x1" } },
    },
    {
      what: "mails as of old",
      job: { notification: { mode: "legacy-sendmail", mailto: ["b@example", "a@example"], when: "failure" } },
      as: {
        ...{ schedule: "02:00", storage: "backups", compress: "zstd", all: 1, mailnotification: "failure" },
        ...{ mailto: "a@example, b@example", "notification-mode": "legacy-sendmail" },
      },
    },
  ])
    it(`is not changed by ${what}`, () => {
      const selection = "vmid" in as ? { vmid: "101,102,1000" } : { all: true };
      expect(shown(as)).to.deep.equal(declared(job, selection));
    });

  it("is read where PVE says no as Perl does, and numbers that it does not know as texts", () => {
    const one = shown({
      schedule: "02:00",
      all: 1,
      enabled: "",
      performance: { "max-workers": "4", "new-number": "7" },
    });
    expect(one).to.deep.include({ enabled: false, performance: { "max-workers": 4, "new-number": "7" } });
  });

  it("shows what a newer PVE says of it and we do not know", () => {
    const one = shown({ schedule: "02:00", all: 1, "some-new-thing": "on" });
    expect(one).to.include({ "some-new-thing": "on" });
    expect([isKnownOption("some-new-thing"), isKnownOption("stopwait")]).to.deep.equal([false, true]);
  });

  it("is written as PVE takes it, with what it is by default left to PVE", () => {
    const job = declared({
      keep: { daily: 7, weekly: 4 },
      fleecing: { storage: "local-zfs" },
      performance: { maxWorkers: 4 },
    });
    expect(writtenJob(job)).to.deep.equal({
      ...{ schedule: "02:00", storage: "backups", mode: "snapshot", compress: "zstd", enabled: true, all: true },
      "prune-backups": "keep-daily=7,keep-weekly=4",
      fleecing: "enabled=1,storage=local-zfs",
      performance: "max-workers=4",
    });
  });

  it("can be put back word for word", () => {
    const job = { enabled: 0, schedule: "5", vmid: "102,101", mode: "stop", compress: "1", quiet: 1, remove: 1 };
    const fleecing = { enabled: 0, storage: "x1" };
    expect(writtenJob(jobAsTold(told({ ...job, storage: "nas", fleecing }), "by hand"))).to.deep.equal({
      ...{ enabled: false, schedule: "5", vmid: "102,101", mode: "stop", compress: "1", quiet: true, remove: true },
      ...{ storage: "nas", fleecing: "enabled=0,storage=x1", comment: "by hand" },
    });
  });
});

describe("the note in a job's comment", () => {
  const urn = "urn:pulumi:lab::proj::pulumi-nodejs:dynamic/pve:BackupRetention::a [b] % c";
  for (const record of [
    { urn, was: false, ran: undefined, running: undefined, storages: undefined },
    {
      ...{ urn, was: true, ran: "once", running: { now: "2026-11", since: 1_795_255_200 } },
      storages: { backups: "keep-last=3,keep-daily=7", nas: "" },
    },
  ])
    it(`comes back as it was written, ${record.was ? "with" : "without"} all it may say`, () => {
      expect(commentIn(withRecord("nightly, by hand", "nightly", record), "nightly")).to.deep.equal({
        comment: "nightly, by hand",
        record,
      });
      expect(commentIn(withRecord("", "nightly", record), "nightly")).to.deep.equal({ comment: "", record });
    });

  it("is none where somebody wrote something like it", () => {
    for (const text of [
      "[pve-ops]",
      "[pve-ops of=%]",
      "x [pve-ops was=there]",
      "x [pve-ops running=a of=urn]",
      "nightly",
    ])
      expect(commentIn(text, "nightly")).to.deep.equal({ comment: text, record: undefined });
  });
});
