import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { RULES } from "#providers/backup/period.ts";
import { type Backup, type Keep, keepersOf, type Mark, marksOf } from "#providers/backup/prune.ts";

const VIENNA = "Europe/Vienna";
const seconds = (text: string) => Date.parse(text) / 1000;

/** A backup of a guest: its volid is when it was made. */
const backup = (when: string, other: Partial<Backup> = {}): Backup => ({
  volid: when,
  ctime: seconds(when),
  type: "qemu",
  vmid: 100,
  protected: false,
  renamed: false,
  ...other,
});

const volidsBy = (marks: ReadonlyMap<string, Mark>, wanted: Mark) =>
  [...marks].flatMap(([volid, mark]) => (mark === wanted ? [volid] : []));

/** What is left, and what is gone, of backups that are told by when they were made. */
interface Case {
  readonly keep: Keep;
  readonly zone?: string;
  readonly kept: readonly string[];
  readonly gone: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  "the newest, whatever day they are of": {
    keep: { last: 2 },
    kept: ["2024-05-03T20:00Z", "2024-05-03T10:00Z"],
    gone: ["2024-05-03T09:00Z", "2024-05-01T09:00Z"],
  },
  "the newest of each hour": {
    keep: { hourly: 2 },
    kept: ["2024-05-03T10:50Z", "2024-05-03T08:59Z"],
    gone: ["2024-05-03T10:10Z", "2024-05-03T08:01Z", "2024-05-03T07:59Z"],
  },
  "the newest of each day, of days that have any": {
    keep: { daily: 3 },
    kept: ["2024-05-09T10:00Z", "2024-05-04T10:00Z", "2024-05-01T10:00Z"],
    gone: ["2024-05-09T09:00Z", "2024-04-30T10:00Z"],
  },
  "a day by the node's clock": {
    keep: { daily: 2 },
    zone: VIENNA,
    kept: ["2024-05-02T22:30Z", "2024-05-02T21:30Z"],
    gone: ["2024-05-01T22:30Z"],
  },
  "the same day by UTC": {
    keep: { daily: 2 },
    kept: ["2024-05-02T22:30Z", "2024-05-01T22:30Z"],
    gone: ["2024-05-02T21:30Z"],
  },
  "an ISO week, which begins on Monday": {
    keep: { weekly: 2 },
    kept: ["2024-05-06T10:00Z", "2024-05-05T10:00Z"],
    gone: ["2024-04-29T10:00Z", "2024-04-28T10:00Z"],
  },
  "a week that two years share": {
    keep: { weekly: 2 },
    kept: ["2021-01-03T10:00Z", "2020-12-27T10:00Z"],
    gone: ["2020-12-31T10:00Z", "2020-12-20T10:00Z"],
  },
  "the newest of each month": {
    keep: { monthly: 2 },
    kept: ["2024-03-02T10:00Z", "2024-02-29T10:00Z"],
    gone: ["2024-03-01T10:00Z", "2024-02-01T10:00Z", "2024-01-31T10:00Z"],
  },
  "the newest of each year": {
    keep: { yearly: 2 },
    kept: ["2024-01-01T10:00Z", "2023-12-31T10:00Z"],
    gone: ["2023-01-01T10:00Z", "2022-12-31T10:00Z"],
  },
  "what no rule before has of its period": {
    keep: { last: 1, daily: 1, weekly: 1 },
    kept: ["2024-05-08T12:00Z", "2024-05-07T12:00Z", "2024-05-05T12:00Z"],
    gone: ["2024-05-08T09:00Z", "2024-05-06T12:00Z", "2024-05-04T12:00Z"],
  },
  "no backup of a month whose older one a week has": {
    keep: { daily: 1, weekly: 1, monthly: 1 },
    kept: ["2020-01-01T12:00Z", "2019-12-25T12:00Z"],
    gone: ["2019-12-31T12:00Z"],
  },
  "one of an hour that occurs twice": {
    keep: { hourly: 2 },
    zone: VIENNA,
    kept: ["2024-10-27T01:30Z", "2024-10-26T23:30Z"],
    gone: ["2024-10-27T00:30Z", "2024-10-26T22:30Z"],
  },
  "nothing for a rule of 0": {
    keep: { last: 1, daily: 0 },
    kept: ["2024-05-02T10:00Z"],
    gone: ["2024-05-01T10:00Z"],
  },
};

describe("what a retention keeps", () => {
  for (const [what, { keep, zone = "UTC", kept, gone }] of Object.entries(CASES))
    it(`is ${what}`, () => {
      const marks = marksOf(
        [...gone, ...kept].toSorted().map((when) => backup(when)),
        keep,
        zone,
      );
      expect(volidsBy(marks, "keep").toSorted()).to.deep.equal(kept.toSorted());
      expect(volidsBy(marks, "remove").toSorted()).to.deep.equal(gone.toSorted());
    });

  for (const keep of ["all", {}, { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 }] as const)
    it(`is all by ${JSON.stringify(keep)}`, () => {
      const backups = [backup("2024-05-02T10:00Z"), backup("2020-05-01T10:00Z", { protected: true })];
      expect([...marksOf(backups, keep, "UTC").values()]).to.deep.equal(["keep", "protected"]);
    });

  it("goes guest by guest, and by its type", () => {
    const backups = [
      backup("2024-05-01T10:00Z"),
      backup("2024-05-02T10:00Z", { vmid: 101 }),
      backup("2024-05-03T10:00Z", { type: "lxc" }),
      backup("2024-05-04T10:00Z"),
    ];
    expect([...marksOf(backups, { last: 1 }, "UTC").values()]).to.deep.equal(["remove", "keep", "keep", "keep"]);
  });

  it("does not count what is protected or has a name of its own, and leaves it", () => {
    const backups = [
      backup("2024-05-03T10:00Z", { protected: true }),
      backup("2024-05-02T11:00Z", { renamed: true }),
      backup("2024-05-02T10:30Z", { renamed: true, protected: true, vmid: undefined }),
      backup("2024-05-02T10:00Z"),
      backup("2024-05-01T10:00Z"),
    ];
    const marks = ["protected", "renamed", "protected", "keep", "remove"];
    expect([...marksOf(backups, { last: 1 }, "UTC").values()]).to.deep.equal(marks);
  });

  it("is the first that PVE lists of several made in one second", () => {
    const twins = ["a", "b", "c"].map((volid) => backup("2024-05-02T10:00Z", { volid }));
    const marks = marksOf([...twins, backup("2024-05-01T10:00Z")], { last: 2 }, "UTC");
    expect([...marks.values()]).to.deep.equal(["keep", "remove", "remove", "keep"]);
  });

  it("names the rule that keeps each", () => {
    const days = Array.from({ length: 70 }, (_, day) => new Date(Date.UTC(2024, 2, 10 - day, 12)).toISOString());
    const backups = days.map((when) => backup(when));
    const keepers = keepersOf(
      [...backups, backup("2024-03-01T01:00Z", { protected: true })],
      { last: 1, daily: 2, weekly: 2, monthly: 2, yearly: 1 },
      "UTC",
    );
    expect([...keepers].map(([volid, keeper]) => `${volid.slice(0, 10)} ${keeper}`)).to.deep.equal([
      "2024-03-01 protected",
      "2024-03-10 last",
      "2024-03-09 daily",
      "2024-03-08 daily",
      "2024-03-03 weekly",
      "2024-02-25 weekly",
      "2024-01-31 monthly",
    ]);
  });

  it("can be less with a higher weekly count: a week may hold the month that a later rule would have looked at", () => {
    const backups = ["2024-02-01T12:00Z", "2024-01-31T12:00Z", "2024-01-28T12:00Z"].map((when) => backup(when));
    const kept = (keep: Keep) => volidsBy(marksOf(backups, keep, "UTC"), "keep");
    expect(kept({ daily: 1, monthly: 1 })).to.deep.equal(["2024-02-01T12:00Z", "2024-01-31T12:00Z"]);
    expect(kept({ daily: 1, monthly: 1, weekly: 1 })).to.deep.equal(["2024-02-01T12:00Z", "2024-01-28T12:00Z"]);
  });

  it("is what PVE's own function kept of 159 lists made by chance, in many zones", () => {
    const lines = readFileSync(join(import.meta.dirname, "answers/prune.txt"), "utf8")
      .trimEnd()
      .split("\n");
    const letters = { k: "keep", r: "remove", p: "protected", n: "renamed" };
    for (const line of lines) {
      const [zone = "", rules = "", ...told] = line.split(" ");
      const keep = Object.fromEntries(rules.split(",").map((rule) => [rule.split("=")[0], Number(rule.split("=")[1])]));
      const backups = told.map((words, index) => {
        const [type = "", vmid, ctime, mark] = words.split("/");
        const state = { protected: mark === "p", renamed: mark === "n" };
        return { volid: String(index), type, vmid: Number(vmid), ctime: Number(ctime), ...state };
      });
      const marks = new Map(Object.entries(letters).map(([letter, mark]) => [letter, mark]));
      const answers = told.map((words) => marks.get(words.slice(-1)));
      expect([...marksOf(backups, keep, zone).values()], line).to.deep.equal(answers);
    }
    expect(lines).to.have.length(159);
  });

  const rare = fc.integer({ min: 0, max: 6 }).map((chance) => chance === 0);
  const hour = fc.integer({ min: 0, max: 24 * 500 }).map((hours) => seconds("2023-06-01") + hours * 3600);
  const guests = fc.record({
    ctime: hour,
    type: fc.constantFrom("qemu", "lxc"),
    vmid: fc.constantFrom(100, 101),
    protected: rare,
    renamed: rare,
  });
  const volids = (list: readonly Omit<Backup, "volid">[]): Backup[] =>
    list.map((one, index) => ({ volid: `local:backup/${index}`, ...one }));
  const many = fc.array(guests, { minLength: 1, maxLength: 60, size: "max" }).map(volids);
  const distinct = fc
    .uniqueArray(guests, { minLength: 1, maxLength: 60, size: "max", selector: (one) => one.ctime })
    .map(volids);
  const count = fc.integer({ min: 0, max: 5 });
  const counts = fc.record({ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count });
  const some = counts.filter((keep) => Object.values(keep).some((one) => one > 0));
  const zone = fc.constantFrom("UTC", VIENNA, "America/New_York", "Australia/Lord_Howe");

  it("marks each backup, and those that are protected or renamed as such", () => {
    fc.assert(
      fc.property(many, some, zone, (backups, keep, zone) => {
        const marks = marksOf(backups, keep, zone);
        expect([...marks.keys()]).to.deep.equal(backups.map(({ volid }) => volid));
        for (const one of backups) {
          const aside = one.protected ? "protected" : one.renamed ? "renamed" : undefined;
          if (aside) expect(marks.get(one.volid)).to.equal(aside);
          else expect(marks.get(one.volid)).to.be.oneOf(["keep", "remove"]);
        }
      }),
    );
  });

  it("is the same with and without what is protected or renamed", () => {
    fc.assert(
      fc.property(many, some, zone, (backups, keep, zone) => {
        const plain = backups.filter((one) => !one.protected && !one.renamed);
        expect(volidsBy(marksOf(plain, keep, zone), "keep")).to.deep.equal(
          volidsBy(marksOf(backups, keep, zone), "keep"),
        );
      }),
    );
  });

  it("has the newest of each guest in it", () => {
    fc.assert(
      fc.property(many, some, zone, (backups, keep, zone) => {
        const marks = marksOf(backups, keep, zone);
        const plain = backups.filter((one) => !one.protected && !one.renamed);
        for (const { type, vmid } of plain) {
          const group = plain.filter((one) => one.type === type && one.vmid === vmid);
          const newest = group.reduce((a, b) => (b.ctime > a.ctime ? b : a));
          expect(marks.get(newest.volid)).to.equal("keep");
        }
      }),
    );
  });

  it("is no more than all counts together, for each guest", () => {
    fc.assert(
      fc.property(many, some, zone, (backups, keep, zone) => {
        const most = RULES.reduce((sum, rule) => sum + keep[rule], 0);
        const kept = volidsBy(marksOf(backups, keep, zone), "keep");
        const guestOf = new Map(backups.map(({ volid, type, vmid }) => [volid, `${type}/${vmid}`]));
        for (const guest of new Set(guestOf.values()))
          expect(kept.filter((volid) => guestOf.get(volid) === guest).length).to.be.at.most(most);
      }),
    );
  });

  it("loses nothing more when it is pruned once more", () => {
    fc.assert(
      fc.property(many, some, zone, (backups, keep, zone) => {
        const marks = marksOf(backups, keep, zone);
        const left = backups.filter(({ volid }) => marks.get(volid) !== "remove");
        expect(volidsBy(marksOf(left, keep, zone), "remove")).to.deep.equal([]);
      }),
    );
  });

  it("does not depend on the order, where no two are of one second", () => {
    fc.assert(
      fc.property(distinct, some, zone, fc.infiniteStream(fc.nat()), (backups, keep, zone, chance) => {
        const shuffled = backups
          .map((one) => ({ one, at: chance.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const [before, after] = [backups, shuffled].map((list) =>
          volidsBy(marksOf(list, keep, zone), "keep").toSorted(),
        );
        expect(after).to.deep.equal(before);
      }),
    );
  });

  for (const { words, rules, without } of [
    { words: "a higher monthly or yearly count", rules: ["monthly", "yearly"], without: [] },
    { words: "a higher count where there is no weekly one", rules: RULES, without: ["weekly"] },
    { words: "a higher count where there is no monthly or yearly one", rules: RULES, without: ["monthly", "yearly"] },
  ] as const)
    it(`never gets less by ${words}`, () => {
      const rule = fc.constantFrom(...rules.filter((one) => !without.some((other) => other === one)));
      const limited = some
        .map((keep) => ({ ...keep, ...Object.fromEntries(without.map((one) => [one, 0])) }))
        .filter((keep) => Object.values(keep).some((one) => one > 0));
      fc.assert(
        fc.property(many, limited, rule, zone, (backups, keep, rule, zone) => {
          const more = new Set(volidsBy(marksOf(backups, { ...keep, [rule]: keep[rule] + 1 }, zone), "keep"));
          for (const volid of volidsBy(marksOf(backups, keep, zone), "keep")) expect(more.has(volid)).to.equal(true);
        }),
        { numRuns: 300 },
      );
    });
});
