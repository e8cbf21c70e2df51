import { expect } from "chai";
import { outdated, parseRetention } from "../../../lab/storage/retention.ts";

const at = (text: string, zone = "Z") => Date.parse(`${text.replace(" ", "T")}${zone}`) / 1000;

/** Which of some backups, by their times in UTC, are not kept. */
function gone(times: readonly string[], keep: string, zone = "UTC"): string[] {
  const backups = times.map((time) => ({ time, ctime: at(time) }));
  return [...outdated(backups, parseRetention(keep), zone)].map(({ time }) => time).toSorted();
}

const WEEK = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09", "2026-01-10", "2026-01-11"].map(
  (day) => `${day} 02:00:00`,
);

describe("what a storage keeps", () => {
  for (const { keep, times, removed, zone } of [
    { keep: "keep-last=3", times: WEEK, removed: WEEK.slice(0, 4) },
    { keep: "keep-last=3", times: WEEK.toReversed(), removed: WEEK.slice(0, 4) },
    { keep: "keep-last=20", times: WEEK, removed: [] },
    { keep: "keep-all=1", times: WEEK, removed: [] },
    { keep: "keep-last=0,keep-daily=0", times: WEEK, removed: [] },
    { keep: "keep-weekly=1", times: WEEK, removed: WEEK.slice(0, 6) },
    // The daily ones cover their week: the weekly one is of the week before.
    {
      keep: "keep-daily=2,keep-weekly=1",
      times: ["2026-01-04 02:00:00", ...WEEK],
      removed: WEEK.slice(0, 5),
    },
    {
      keep: "keep-daily=1",
      times: ["2026-01-05 22:30:00", "2026-01-05 23:30:00", "2026-01-06 00:30:00"],
      removed: ["2026-01-05 22:30:00", "2026-01-05 23:30:00"],
    },
    // An hour ahead of UTC the last two are of one day, and so are those of the day before.
    {
      keep: "keep-daily=2",
      times: ["2026-01-05 22:30:00", "2026-01-05 23:30:00", "2026-01-06 00:30:00"],
      removed: ["2026-01-05 23:30:00"],
      zone: "Europe/Berlin",
    },
    // The hour that comes twice when summer time ends is one.
    {
      keep: "keep-hourly=2",
      times: ["2026-10-24 23:15:00", "2026-10-25 00:15:00", "2026-10-25 01:15:00"],
      removed: ["2026-10-25 00:15:00"],
      zone: "Europe/Berlin",
    },
    {
      keep: "keep-hourly=2",
      times: ["2026-10-24 23:15:00", "2026-10-25 00:15:00", "2026-10-25 01:15:00"],
      removed: ["2026-10-24 23:15:00"],
    },
    // 2024-12-30 is of the first week of 2025.
    {
      keep: "keep-weekly=2",
      times: ["2024-12-29 02:00:00", "2024-12-30 02:00:00", "2025-01-05 02:00:00", "2025-01-06 02:00:00"],
      removed: ["2024-12-29 02:00:00", "2024-12-30 02:00:00"],
    },
    {
      keep: "keep-monthly=2,keep-yearly=2",
      times: ["2023-05-01 02:00:00", "2024-06-01 02:00:00", "2025-10-31 02:00:00", "2025-11-30 02:00:00"],
      removed: [],
    },
    {
      keep: "keep-last=1",
      times: ["2026-01-05 02:00:00", "2026-01-05 02:00:00"],
      removed: ["2026-01-05 02:00:00"],
    },
  ])
    it(`by ${keep} of ${times.length} backups in ${zone ?? "UTC"} leaves ${times.length - removed.length}`, () => {
      expect(gone(times, keep, zone)).to.deep.equal(removed.toSorted());
    });

  it("never depends on the order in which the backups are found", () => {
    const keep = "keep-last=1,keep-daily=3,keep-weekly=2,keep-monthly=2";
    const times = [...WEEK, "2025-12-01 02:00:00", "2025-11-01 02:00:00", "2025-11-02 03:00:00"];
    expect(gone(times.toReversed(), keep)).to.deep.equal(gone(times, keep));
  });
});
