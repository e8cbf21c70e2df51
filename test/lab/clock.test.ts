import { expect } from "chai";
import { Clock } from "../../lab/clock.ts";

describe("a lab's clock", () => {
  it("stands still when it is stopped, and steps as far as it is told", () => {
    const clock = new Clock(1_000_000_000_000);
    clock.stop();
    const before = clock.now();
    clock.step(90);
    expect(clock.now() - before).to.equal(90);
    expect(clock.speed).to.equal(0);
  });

  it("lets what is due on the way of a step happen in its order and at its own time, what that leads to as well", () => {
    const clock = new Clock(0);
    clock.stop();
    const seen: string[] = [];
    const see = (what: string) => seen.push(`${what} at ${clock.now()}`);
    clock.after(30, () => see("last"));
    clock.after(10, () => {
      see("first");
      clock.after(5, () => see("what it led to"));
      clock.after(500, () => see("too late"));
    });
    clock.after(10, () => see("second"));
    clock.step(60);
    expect(seen).to.deep.equal(["first at 10", "second at 10", "what it led to at 15", "last at 30"]);
    expect(clock.now()).to.equal(60);
  });

  it("runs as fast as it is told, and what is due then happens by itself", async () => {
    const clock = new Clock(0);
    clock.run(10_000);
    const at = await new Promise<number>((done) => clock.after(1000, () => done(clock.now())));
    expect(at).to.be.at.least(1000);
  });

  it("has nothing happen any more when it has ended", () => {
    const clock = new Clock(0);
    clock.stop();
    let happened = false;
    clock.after(1, () => {
      happened = true;
    });
    clock.end();
    clock.step(10);
    expect(happened).to.equal(false);
  });
});
