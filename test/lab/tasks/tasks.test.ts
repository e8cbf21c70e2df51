import { expect } from "chai";
import { ApiError, badParameters } from "../../../lab/api/api-error.ts";
import { Chance } from "../../../lab/chance.ts";
import { Clock } from "../../../lab/clock.ts";
import { type TaskFault, Tasks } from "../../../lab/tasks/tasks.ts";
import { isUpid } from "../../../lab/tasks/upid.ts";

describe("a task", () => {
  let clock: Clock;
  const begun = { node: "pve1", type: "qmstart", id: "100", holder: "root@pam!ci" };
  const tasks = (fault: TaskFault = {}) => new Tasks(clock, new Chance(1), () => fault);
  beforeEach(() => {
    clock = new Clock(1_800_000_000_000);
    clock.stop();
  });

  it("has a name that PVE could have given", () => {
    const upid = tasks().begin(begun, function* () {});
    expect(upid).to.match(/^UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8}:6B49D200:qmstart:100:root@pam!ci:$/);
    expect(isUpid(upid)).to.equal(true);
    for (const wrong of ["", "UPID:pve1", upid.slice(0, -1), upid.replace("UPID", "upid")])
      expect(isUpid(wrong), wrong).to.equal(false);
  });

  it("runs until its work is done, says what it does, and is OK then", () => {
    const all = tasks();
    const seen: string[] = [];
    const upid = all.begin(begun, function* (say) {
      say("starting");
      yield 5;
      seen.push("done");
    });
    clock.step(4);
    expect([all.find(upid)?.end, seen]).to.deep.equal([undefined, []]);
    clock.step(2);
    expect(all.find(upid)).to.deep.include({ log: ["starting", "TASK OK"] });
    expect(all.find(upid)?.end).to.deep.equal({ time: 1_800_000_005, status: "OK" });
    expect(seen).to.deep.equal(["done"]);
  });

  it("is still running in the moment in which its name is known, however short it is", () => {
    const all = tasks();
    const upid = all.begin(begun, function* () {});
    expect(all.find(upid)?.end).to.equal(undefined);
  });

  for (const { thrown, status } of [
    { thrown: new Error("no space left\n"), status: "no space left" },
    {
      thrown: new ApiError(403, "Permission check failed (/vms/101, VM.Backup)\n"),
      status: "403 Permission check failed (/vms/101, VM.Backup)",
    },
    { thrown: badParameters({ storage: "gone" }), status: "400 Parameter verification failed. storage: gone" },
  ])
    it(`ends with «${status}» where that is what its work throws`, () => {
      const all = tasks();
      const upid = all.begin(begun, function* () {
        yield 1;
        throw thrown;
      });
      clock.step(2);
      expect(all.find(upid)?.end?.status).to.equal(status);
      expect(all.find(upid)?.log.at(-1)).to.equal(`TASK ERROR: ${status}`);
    });

  for (const { fault, worked, status } of [
    { fault: { fail: "it broke" }, worked: false, status: "it broke" },
    { fault: { fail: "it broke late", late: true }, worked: true, status: "it broke late" },
    { fault: { hang: true }, worked: false, status: undefined },
    { fault: { seconds: 30 }, worked: true, status: "OK" },
  ])
    it(`that is told ${JSON.stringify(fault)} does so`, () => {
      const all = tasks(fault);
      let done = false;
      const upid = all.begin(begun, function* () {
        yield 1;
        done = true;
      });
      clock.step(20);
      if (fault.seconds) expect(all.find(upid)?.end).to.equal(undefined);
      clock.step(20);
      expect([done, all.find(upid)?.end?.status]).to.deep.equal([worked, status]);
    });

  it("that is stopped does nothing more, and says that it was interrupted", () => {
    const all = tasks();
    let done = false;
    const upid = all.begin(begun, function* () {
      yield 5;
      done = true;
    });
    all.stop(upid);
    clock.step(10);
    expect(done).to.equal(false);
    expect(all.find(upid)?.end?.status).to.equal("received interrupt");
  });

  it("whose node goes down is gone without a word", () => {
    const all = tasks();
    const upid = all.begin(begun, function* () {
      yield 5;
    });
    all.lose("pve2");
    expect(all.find(upid)?.end).to.equal(undefined);
    all.lose("pve1");
    clock.step(10);
    expect(all.find(upid)).to.deep.include({ log: [] });
    expect(all.find(upid)?.end?.status).to.equal("unexpected status");
  });
});
