import { expect } from "chai";
import { Chance } from "../../lab/chance.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("a lab's random values", () => {
  const values = (seed?: number) => {
    const chance = new Chance(seed);
    return [chance.uuid(), chance.uuid(), chance.hex(8), String(chance.below(1000))];
  };

  it("are the same with the same seed, others with another, and never the same without one", () => {
    expect(values(7)).to.deep.equal(values(7));
    expect(values(7)).to.not.deep.equal(values(8));
    expect(values()).to.not.deep.equal(values());
  });

  it("are UUIDs that differ, and numbers below their limit", () => {
    const chance = new Chance(1);
    const uuids = Array.from({ length: 1000 }, () => chance.uuid());
    expect(new Set(uuids).size).to.equal(1000);
    for (const uuid of uuids) expect(uuid).to.match(UUID);
    for (let n = 0; n < 1000; n += 1) expect(chance.below(10)).to.be.within(0, 9);
  });
});
