import { expect } from "chai";
import type { Name } from "../../bench/contender.ts";
import { type Figures, figures, median, ratio } from "../../bench/figures.ts";
import { verdicts } from "../../bench/goals.ts";
import { rotated, type Sample } from "../../bench/measure.ts";
import { optionsIn } from "../../bench/options.ts";
import { mustHaveEnded } from "../../bench/proof.ts";
import { table } from "../../bench/table.ts";

const sample = (contender: Name, seconds: number, more: Partial<Sample> = {}): Sample => ({
  ...{ round: 1, size: 1, contender, phase: "up", seconds, requests: 0, load: 0 },
  ...more,
});

describe("the figures of the benchmark", () => {
  for (const { of, is } of [
    { of: [], is: undefined },
    { of: [2], is: 2 },
    { of: [1, 2], is: 1.5 },
    { of: [10, 1, 2], is: 2 },
    { of: [10, 9, 1, 2], is: 5.5 },
  ])
    it(`have ${is} for the median of ${of.join(", ") || "nothing"}`, () => {
      expect(median(of)).to.equal(is);
    });

  it("have no ratio where one of the two was not measured", () => {
    expect([ratio(3, 2), ratio(3, undefined), ratio(undefined, 2)]).to.deep.equal([1.5, undefined, undefined]);
  });

  it("are the medians of the rounds, the sizes in order", () => {
    const all = figures([
      sample("ours", 3, { size: 10 }),
      ...[5, 1, 2].map((seconds, n) => sample("ours", seconds, { round: n + 1, requests: seconds * 2 })),
      sample("tofu", 4),
    ]);
    expect(all.map(({ size }) => size)).to.deep.equal([1, 1, 1, 1, 10, 10, 10, 10]);
    expect(all.find(({ phase }) => phase === "up")).to.deep.equal({
      ...{ size: 1, phase: "up" },
      seconds: { ours: 2, tofu: 4 },
      requests: { ours: 4, tofu: 0 },
    });
  });

  it("are a table, with a dash for what was not measured", () => {
    const all: Figures[] = [
      { size: 1, phase: "up", seconds: { ours: 3, floor: 2 }, requests: { ours: 17, floor: 0 } },
      { size: 500, phase: "destroy", seconds: { ours: 3, tofu: 40.25 }, requests: { ours: 4, tofu: 5000 } },
    ];
    expect(table(all).split("\n")).to.deep.equal([
      "| roles | phase   |  ours | floor |   tofu | ours/floor | ours/tofu | requests ours | tofu |",
      "|------:|---------|------:|------:|-------:|-----------:|----------:|--------------:|-----:|",
      "|     1 | up      | 3.0 s | 2.0 s |      – |       1.50 |         – |            17 |    – |",
      "|   500 | destroy | 3.0 s |     – | 40.3 s |          – |      0.07 |             4 | 5000 |",
    ]);
  });

  for (const { what, seconds, words } of [
    { what: "reached", seconds: { ours: 1.2, floor: 1, tofu: 2 }, words: [": reached (100 ", ": reached (100 "] },
    { what: "not reached", seconds: { ours: 3, floor: 1, tofu: 2 }, words: [": not reached (", ": not reached ("] },
    { what: "not measured", seconds: { ours: 3 }, words: [": not measured", ": not measured"] },
  ])
    it(`say of each goal that it is ${what}`, () => {
      const said = verdicts([{ size: 100, phase: "preview", seconds, requests: {} }]);
      expect(said).to.have.length(words.length);
      for (const [n, word] of words.entries()) expect(said[n]).to.include(word);
    });

  it("hold no goal against a size or a phase that it is not about", () => {
    const slow = { seconds: { ours: 9, floor: 1, tofu: 1 }, requests: {} };
    const said = verdicts([
      { size: 10, phase: "preview", ...slow },
      { size: 100, phase: "destroy", ...slow },
    ]);
    for (const line of said) expect(line).to.include("not measured");
  });

  it("have another contender go first each time", () => {
    expect([0, 1, 2, 3].map((by) => rotated(["a", "b", "c"], by).join(""))).to.deep.equal(["abc", "bca", "cab", "abc"]);
  });

  it("count nothing that did not do what it should", () => {
    const ended = { code: 0, stdout: "Resources:\n    + 2 created\n", stderr: "" };
    mustHaveEnded(ended, { code: 0, words: "+ 2 created" });
    expect(() => mustHaveEnded(ended, { code: 0, words: "+ 3 created" })).to.throw("+ 3 created");
    expect(() => mustHaveEnded({ ...ended, code: 1 }, { code: 0, words: "+ 2 created" })).to.throw("exit 1, wanted 0");
  });
});

describe("the command line of the benchmark", () => {
  it("measures everybody, three times, if nothing is said", () => {
    expect(optionsIn([])).to.deep.include({ sizes: [1, 10, 100, 500], rounds: 3, names: ["ours", "floor", "tofu"] });
  });

  for (const { args, words } of [
    { args: ["--sizes", "1,x"], words: "--sizes has whole numbers from 1, not 'x'" },
    { args: ["--rounds", "0"], words: "--rounds has whole numbers from 1, not '0'" },
    { args: ["--without", "nobody"], words: "--without is one of ours, floor, tofu, not 'nobody'" },
    { args: ["--without=ours", "--without=floor", "--without=tofu"], words: "leaves nobody to measure" },
    { args: ["--fast"], words: "--fast" },
  ])
    it(`is refused with ${args.join(" ")}`, () => {
      expect(() => optionsIn(args)).to.throw(words);
    });
});
