import { expect } from "chai";
import { MONTHLY, NIGHTLY, openBackups, WEEKLY } from "../support/backups.ts";
import { Half, type OnLab, type Outputs, orHalf } from "../support/on-lab.ts";
import { tokenWith } from "../support/rights.ts";

const failing = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("nothing failed"),
    (thrown: Error) => thrown,
  );
const halfOf = async (work: Promise<unknown>): Promise<Outputs> => {
  const thrown = await failing(work);
  if (thrown instanceof Half) return thrown.outputs;
  throw thrown;
};
const ANNAS = {
  ...{ type: "vzdump", enabled: "1", schedule: "02:00", pool: "production", storage: "backups" },
  ...{ mode: "snapshot", compress: "zstd", "prune-backups": "keep-daily=7" },
};

describe("backup jobs do no harm:", () => {
  let lab: OnLab;
  beforeEach(async () => {
    lab = await openBackups();
    lab.byHand.clock.run(200);
  });
  afterEach(() => lab.close());
  const asItWas = () => expect(lab.left()).to.deep.equal([]);
  const byHand = (id: string, values: Readonly<Record<string, string>>) =>
    lab.byHand.jobs.set(id, new Map(Object.entries(values).map(([key, value]) => [key, [value]])));
  const keeps = (storage: string, text?: string) => {
    const values = lab.byHand.storages.get(storage)?.values;
    if (text === undefined) values?.delete("prune-backups");
    else values?.set("prune-backups", text);
  };
  const refusal = (args: object, olds?: Outputs) =>
    lab.preview("backups", args, olds).then(
      () => "nothing",
      (thrown: Error) => thrown.message,
    );
  const found = async (code: string, args: object) =>
    (await lab.findings("backups", args)).filter((one) => one.startsWith(`${code} `));
  it("a half-made resource takes nobody's job with it, neither when it is removed nor when it is declared no more", async () => {
    for (const also of ["remove", "drop"] as const) {
      byHand("nightly", ANNAS);
      lab.remember();
      lab.byHand.faults.calls({ verb: "POST", path: "/cluster/backup", times: 1, status: 500, message: "disk full" });
      const half = await halfOf(lab.make("backups", { jobs: [{ ...NIGHTLY, id: "first", guests: [101] }, NIGHTLY] }));
      const left = also === "remove" ? half : await lab.change("backups", half, { jobs: [MONTHLY] });
      await lab.remove("backups", left);
      asItWas();
    }
  });

  it("each half that an up can leave is removed without a trace, straight away", async () => {
    byHand("weekly", { ...ANNAS, storage: "nfs-weekly" });
    keeps("backups", "keep-last=9,keep-daily=0");
    lab.remember();
    const args = {
      jobs: [NIGHTLY, WEEKLY, MONTHLY],
      storages: [{ storage: "backups", keep: { last: 30 } }],
      force: true,
    };
    let times = 0;
    for (const verb of ["POST", "PUT"] as const)
      for (const how of [{ status: 500, message: "disk full" }, { drop: "unanswered" }] as const)
        for (let skip = 0; ; skip += 1) {
          lab.byHand.faults.calls({ verb, skip, times: 1, ...how });
          const { outputs, failed } = await orHalf(lab.make("backups", args));
          lab.byHand.faults.clear();
          // A state that holds nothing needs no removing.
          if (outputs) await lab.remove("backups", outputs);
          expect(lab.left(), `${verb} ${skip} ${JSON.stringify(how)}`).to.deep.equal([]);
          if (!failed) break;
          times += 1;
        }
    expect(times).to.be.above(6);
  });

  it("a storage that is let go of keeps again what it kept, though the up that let go failed half-way", async () => {
    lab.remember();
    const made = await lab.make("backups", { jobs: [NIGHTLY], storages: [{ storage: "backups", keep: { last: 20 } }] });
    for (const verb of ["PUT", "POST"] as const) {
      lab.byHand.faults.calls({ verb, times: 1, status: 500, message: "disk full" });
      const half = await halfOf(lab.change("backups", made, { jobs: [{ ...NIGHTLY, schedule: "03:00" }, MONTHLY] }));
      lab.byHand.faults.clear();
      const done = await lab.change("backups", half, { jobs: [NIGHTLY, MONTHLY] });
      expect(lab.byHand.storages.get("backups")?.values.has("prune-backups")).to.equal(false);
      if (verb === "POST") await lab.remove("backups", done);
      else
        await lab.change("backups", done, { jobs: [NIGHTLY], storages: [{ storage: "backups", keep: { last: 20 } }] });
    }
    asItWas();
  });

  it("a copy of a job of ours is not taken for ours, with its note and all", async () => {
    await lab.make("backups", { jobs: [NIGHTLY] });
    lab.byHand.jobs.set("annas-copy", new Map(lab.byHand.jobs.get("nightly")));
    const again = await lab.make("backups", { jobs: [NIGHTLY] });
    await lab.remove("backups", again);
    expect([...lab.byHand.jobs.keys()]).to.deep.equal(["annas-copy"]);
  });

  it("a disabled job that is run at once is guarded as any other", async () => {
    const args = { jobs: [{ ...NIGHTLY, enabled: false, keep: { daily: 2 } }], now: true, guard: { maxRemove: 0 } };
    expect(await refusal(args)).to.contain("guard.maxRemove: 36 backups would be removed");
    expect(await refusal({ ...args, now: false })).to.equal("nothing");
  });

  it("a run at once is judged by what is there now: of today's only backup nothing would stay", async () => {
    const { clock, volumes } = lab.byHand;
    clock.stop();
    volumes.get("backups")?.clear();
    const { jobs } = { jobs: [{ ...NIGHTLY, guests: [201], keep: { daily: 1 } }] };
    clock.run(200);
    const made = await lab.make("backups", { jobs, now: "first" });
    expect(await refusal({ jobs, now: "second" }, made)).to.contain("guard.allowLast");
  });

  it("who may not read backups one by one sees what would go all the same", async () => {
    const seen = await found("would-remove", { jobs: [NIGHTLY] });
    lab.as(tokenWith(lab, { "/": ["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit"] }));
    const some = await found("would-remove", { jobs: [NIGHTLY] });
    expect(some.map((one) => one.split(" ")[1])).to.deep.equal(seen.map((one) => one.split(" ")[1]));
    expect(await refusal({ jobs: [NIGHTLY], guard: { maxRemove: 20 } })).to.contain("guard.maxRemove: 21 backups");
  });

  it("who may not see all guests is told that a job of all, or of a pool, may take more than they see", async () => {
    const rights = {
      "/": ["Sys.Audit", "Datastore.Audit"],
      "/vms/101": ["VM.Audit"],
      "/pool/production": ["Pool.Audit"],
    };
    lab.as(tokenWith(lab, rights));
    for (const guests of ["all", { pool: "production" }]) {
      const args = { jobs: [{ ...NIGHTLY, guests }], guard: { maxRemove: 3 } };
      expect(await refusal(args)).to.contain("there may be guests that we do not see: that takes VM.Audit on /vms");
    }
    expect(await refusal({ jobs: [{ ...NIGHTLY, guests: [101] }], guard: { maxRemove: 3 } })).to.equal("nothing");
  });

  it("what a storage keeps again, once it is let go of, is guarded and told before", async () => {
    keeps("backups", "keep-last=2");
    const args = { jobs: [{ ...NIGHTLY, keep: undefined }], storages: [{ storage: "backups", keep: "all" }] };
    const made = await lab.make("backups", { ...args, force: true });
    const shown = await lab.preview("backups", args, made);
    expect(shown["onDelete"]).to.deep.equal([
      { kind: "prune", target: "backups", detail: "it keeps again the last 2" },
    ]);
    const without = { jobs: args.jobs, guard: { maxRemove: 0 } };
    expect(await refusal(without, made)).to.contain("guard.maxRemove: 36 backups would be removed");
  });

  it("what two jobs leave of one guest together is what a guard goes by", async () => {
    const other = { ...NIGHTLY, id: "other", guests: [111], keep: { weekly: 4 } };
    const args = { jobs: [{ ...NIGHTLY, guests: [111], keep: { last: 4 } }, other], guard: { minKeep: 4 } };
    expect(await refusal(args)).to.contain("by the job nightly and the job other, and at least 4 have to stay");
    byHand("annas", { ...ANNAS, pool: "production", "prune-backups": "keep-last=1" });
    expect(await refusal({ jobs: [{ ...NIGHTLY, keep: { daily: 7 } }] })).to.contain("guard.allowLast");
  });

  it("a job that protects what it makes does not count that as the next backup", async () => {
    expect(await refusal({ jobs: [{ ...NIGHTLY, protected: true, keep: { last: 1 } }] })).to.equal("nothing");
  });

  it("a comment that leaves no room for our note is refused before, and so is one of two lines", async () => {
    const long = { jobs: [{ ...NIGHTLY, comment: "x".repeat(395) }] };
    expect((await failing(lab.preview("of-a-name-that-is-long-".repeat(3), long))).message).to.contain(
      "395 characters are too many: our note leaves room for",
    );
    expect(await refusal({ jobs: [{ ...NIGHTLY, comment: "a\nb" }] })).to.contain("one line");
  });

  it("a comment that somebody edited runs nothing again", async () => {
    const nightly = { ...NIGHTLY, guests: [201], keep: "all" };
    const args = { jobs: [nightly, { ...nightly, id: "other", guests: [111] }], now: true };
    const made = await lab.make("backups", args);
    for (const id of ["nightly", "other"]) {
      const job = new Map(lab.byHand.jobs.get(id));
      lab.byHand.jobs.set(id, job.set("comment", ["anna was here"]));
    }
    const refreshed = await lab.refresh("backups", made);
    if (!refreshed) throw new Error("gone");
    const mended = await lab.change("backups", refreshed, args);
    expect(lab.byHand.tasks.all.filter(({ type }) => type === "vzdump")).to.have.length(2);
    expect(await lab.isDifferent("backups", mended, args)).to.equal(false);
  });

  it("protecting takes in guests that are gone, and fails where not all could be protected", async () => {
    const args = { jobs: [{ ...NIGHTLY, guests: [111, 112] }], onDestroy: "protect" };
    const made = await lab.make("backups", args);
    lab.byHand.guests.delete(112);
    await lab.remove("backups", made);
    const all = await lab.ask<{ vmid: number; mark: string }[]>(
      "/nodes/pve-ms01-01/storage/backups/prunebackups?prune-backups=keep-all%3D1",
    );
    const ours = all.filter(({ vmid }) => Number(vmid) === 112);
    expect(ours.map(({ mark }) => mark))
      .to.have.length(15)
      .and.to.satisfy((marks: string[]) => marks.every((one) => one === "protected"));
    const again = await lab.make("backups", { ...args, jobs: [{ ...NIGHTLY, guests: [201] }] });
    lab.as(tokenWith(lab, { "/": ["Sys.Audit", "Sys.Modify", "VM.Audit", "Datastore.Audit", "Pool.Audit"] }));
    expect((await failing(lab.remove("backups", again))).message).to.contain("403");
  });
});
