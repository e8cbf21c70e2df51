import { expect } from "chai";
import fc from "fast-check";
import { marksOf } from "#providers/backup/prune.ts";
import { KEEP_ALL, outdated } from "../../../lab/storage/retention.ts";

const RULES = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"];

describe("the lab's rules of what is kept", () => {
  it("come to the same as those of the resources, which were written apart from them", () => {
    // Around the end of a summer time, the turn of a year, and anywhere.
    const near = (time: string) => fc.integer({ min: -400, max: 400 }).map((n) => Date.parse(time) / 1000 + n * 977);
    const anywhere = fc.integer({ min: 1_400_000_000, max: 1_900_000_000 });
    const ctime = fc.oneof(
      near("2026-10-25T01:00:00Z"),
      near("2024-12-30T00:00:00Z"),
      near("2025-03-01T00:00:00Z"),
      anywhere,
    );
    const counts = fc.record(Object.fromEntries(RULES.map((rule) => [rule, fc.nat(6)])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(ctime, { maxLength: 60 }), counts, fc.constantFrom(...ZONES), (ctimes, keep, zone) => {
        const backups = ctimes.map((at, n) => ({ volid: `b${n}`, ctime: at, type: "qemu", vmid: 100 }));
        const said = Object.entries(keep).flatMap(([rule, count]) => (count ? [[`keep-${rule}`, count] as const] : []));
        const retention = said.length > 0 ? Object.fromEntries(said) : KEEP_ALL;
        const gone = [...outdated(backups, retention, zone)].map(({ volid }) => volid);
        const theirs = marksOf(
          backups.map((backup) => ({ ...backup, protected: false, renamed: false })),
          keep,
          zone,
        );
        const removed = [...theirs].filter(([, mark]) => mark === "remove").map(([volid]) => volid);
        expect(gone.toSorted()).to.deep.equal(removed.toSorted());
      }),
      { numRuns: 2000 },
    );
  }).timeout(60_000);
});
