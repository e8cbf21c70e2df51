import { expect } from "chai";
import { backups } from "../../bench/backup-jobs.ts";
import { NAMES, type Name } from "../../bench/contender.ts";
import { beyondFloor, type Figures, figures, median, ratio } from "../../bench/figures.ts";
import { verdicts } from "../../bench/goals.ts";
import { edits } from "../../bench/host-edits.ts";
import { rotated, type Sample } from "../../bench/measure.ts";
import { optionsIn } from "../../bench/options.ts";
import { mustHaveEnded } from "../../bench/proof.ts";
import { SUBJECT_NAMES, type SubjectName } from "../../bench/subject.ts";
import { table } from "../../bench/table.ts";
import { tokens } from "../../bench/token-roles.ts";
import { hosts } from "../../bench/vfio-hosts.ts";

const sample = (contender: Name, seconds: number, more: Partial<Sample> = {}): Sample => ({
  ...{ round: 1, subject: "tokens", size: 1, contender, phase: "up", seconds, requests: 0, connections: 0, load: 0 },
  ...more,
});

const up = (subject: SubjectName) => ({ subject, size: 1, phase: "up", connections: {} }) as const;

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

  it("are the medians of the rounds, of each subject for itself, the sizes in order", () => {
    const all = figures([
      sample("ours", 3, { size: 10 }),
      ...[5, 1, 2].map((seconds, n) => sample("ours", seconds, { round: n + 1, requests: seconds * 2 })),
      sample("tofu", 4),
      sample("ours", 9, { subject: "backups" }),
    ]);
    expect(all.map(({ subject, size }) => `${size} ${subject}`)).to.deep.equal([
      ...Array(4).fill("1 tokens"),
      ...Array(4).fill("10 tokens"),
      ...Array(4).fill("1 backups"),
    ]);
    expect(all.find(({ phase }) => phase === "up")).to.deep.equal({
      ...up("tokens"),
      seconds: { ours: 2, tofu: 4 },
      requests: { ours: 4, tofu: 0 },
      connections: { ours: 0, tofu: 0 },
    });
  });

  it("are a table, with a dash for what was not measured", () => {
    const all: Figures[] = [
      { ...up("tokens"), seconds: { ours: 3, floor: 2 }, requests: { ours: 17, floor: 0 } },
      { ...up("backups"), seconds: { ours: 9 }, requests: {} },
      {
        ...{ ...up("tokens"), size: 500, phase: "destroy" },
        ...{ seconds: { ours: 3, tofu: 40.25 }, requests: { ours: 4, tofu: 5000 } },
      },
    ];
    expect(table(tokens, all).split("\n")).to.deep.equal([
      "| token roles | phase   |  ours | floor |   tofu | ours/floor | ours/tofu | requests ours | tofu |",
      "|------------:|---------|------:|------:|-------:|-----------:|----------:|--------------:|-----:|",
      "|           1 | up      | 3.0 s | 2.0 s |      – |       1.50 |         – |            17 |    – |",
      "|         500 | destroy | 3.0 s |     – | 40.3 s |          – |      0.07 |             4 | 5000 |",
    ]);
  });

  it("have a column more for jobs, which can all be in one resource", () => {
    const seconds = { ours: 8, bundle: 1, floor: 4, tofu: 2 };
    const all = [{ ...up("backups"), seconds, requests: { ours: 42, bundle: 20, floor: 0, tofu: 6 } }];
    expect(table(backups, all).split("\n")).to.deep.equal([
      "| backup jobs | phase |  ours | bundle | floor |  tofu | ours/floor | ours/tofu | bundle/tofu | requests ours | bundle | tofu |",
      "|------------:|-------|------:|-------:|------:|------:|-----------:|----------:|------------:|--------------:|-------:|-----:|",
      "|           1 | up    | 8.0 s |  1.0 s | 4.0 s | 2.0 s |       2.00 |      4.00 |        0.50 |            42 |     20 |    6 |",
    ]);
  });

  it("tell how many times our own time Ansible takes, which is what ours takes beyond the floor", () => {
    const all = [{ ...up("edits"), seconds: { ours: 3, floor: 2, ansible: 20 }, requests: { ours: 30, ansible: 200 } }];
    expect(table(edits, all).split("\n")).to.deep.equal([
      "| real hosts | phase |  ours | floor | ansible | ours/floor | ansible/ours | ansible/(ours-floor) | programs ours | ansible |",
      "|-----------:|-------|------:|------:|--------:|-----------:|-------------:|---------------------:|--------------:|--------:|",
      "|          1 | up    | 3.0 s | 2.0 s |  20.0 s |       1.50 |         6.67 |                 20.0 |            30 |     200 |",
    ]);
    expect(beyondFloor({ ours: 1, floor: 2, ansible: 20 }, "ansible"), "no time at all").to.equal(Infinity);
    expect(beyondFloor({ ours: 1, ansible: 20 }, "ansible")).to.equal(undefined);
  });

  const hundred = (subject: SubjectName, seconds: Figures["seconds"], asked: number): Figures[] =>
    [1, 100].map((size) => ({
      ...{ subject, size, phase: "preview", seconds: size === 1 ? { ours: 1 } : seconds },
      ...{ requests: { ours: asked * size }, connections: { ours: asked * size } },
    }));

  for (const { what, seconds, asked, words } of [
    {
      what: "reached",
      seconds: { ours: 1.2, bundle: 1.2, floor: 1, tofu: 2, ansible: 20 },
      asked: 1,
      words: "reached",
    },
    {
      what: "not reached",
      seconds: { ours: 3, bundle: 3, floor: 1, tofu: 2, ansible: 6 },
      asked: 4,
      words: "not reached",
    },
  ])
    it(`say of each goal that it is ${what}`, () => {
      for (const line of verdicts(SUBJECT_NAMES.flatMap((subject) => hundred(subject, seconds, asked))))
        expect(line).to.match(new RegExp(`: ${words} \\(1|two more to apply: not measured$`));
    });

  it("say of each goal that it was not measured", () => {
    for (const line of verdicts([{ ...up("tokens"), seconds: { ours: 3, bundle: 3 }, requests: {} }]))
      expect(line).to.match(/: not measured$/);
  });

  it("hold a goal against the very contender that it is about, beside the other", () => {
    const seconds = { ours: 3, bundle: 1, tofu: 2 };
    const [, , each, bundle] = verdicts([{ ...up("backups"), size: 100, seconds, requests: {} }]);
    expect(each).to.match(/each a resource, .*: not reached \(100 up 1\.50\)$/);
    expect(bundle).to.match(/all in one resource, .*: reached \(100 up 0\.50\)$/);
  });

  it("hold no goal against a subject, a size or a phase that it is not about", () => {
    const slow = { seconds: { ours: 9, bundle: 9, floor: 1, tofu: 1 }, requests: {}, connections: {} };
    const said = verdicts([
      { subject: "tokens", size: 10, phase: "preview", ...slow },
      { subject: "backups", size: 100, phase: "destroy", ...slow },
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
  it("measures everybody with everything, three times, if nothing is said", () => {
    const names = ["ours", "bundle", "floor", "tofu", "ansible"];
    expect(optionsIn([])).to.deep.include({
      ...{ subjects: [tokens, backups, hosts, edits], sizes: undefined, rounds: 3, names },
    });
  });

  for (const { args, subjects } of [
    { args: ["--subject", "tokens"], subjects: [tokens] },
    { args: ["--subject", "backups"], subjects: [backups] },
    { args: ["--subject", "hosts"], subjects: [hosts] },
    { args: ["--without=ours", "--without=floor", "--without=tofu", "--without=ansible"], subjects: [backups] },
  ])
    it(`has ${subjects.map(({ name }) => name)} alone to measure with ${args.join(" ")}`, () => {
      expect(optionsIn(args).subjects).to.deep.equal(subjects);
    });

  for (const { args, words } of [
    { args: ["--sizes", "1,x"], words: "--sizes has whole numbers from 1, not 'x'" },
    { args: ["--rounds", "0"], words: "--rounds has whole numbers from 1, not '0'" },
    { args: ["--without", "nobody"], words: "--without is one of ours, bundle, floor, tofu, ansible, not 'nobody'" },
    { args: ["--subject", "guests"], words: "--subject is one of tokens, backups, hosts, edits, not 'guests'" },
    { args: NAMES.map((name) => `--without=${name}`), words: "leaves nobody to measure" },
    {
      args: ["--subject=tokens", "--without=ours", "--without=floor", "--without=tofu"],
      words: "leaves nobody to measure",
    },
    { args: ["--fast"], words: "--fast" },
  ])
    it(`is refused with ${args.join(" ")}`, () => {
      expect(() => optionsIn(args)).to.throw(words);
    });
});
