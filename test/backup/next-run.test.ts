import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { type CalendarEvent, calendarEventIn, isMistake } from "#providers/backup/calendar.ts";
import { localTime } from "#providers/backup/local-time.ts";
import { nextRuns } from "#providers/backup/next-run.ts";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

function eventOf(text: string): CalendarEvent {
  const event = calendarEventIn(text);
  if (isMistake(event)) throw new Error(`${text}: expected ${event.expected} at ${event.at}`);
  return event;
}

const second = (text: string) => Date.parse(text) / 1000;

/** `2024-03-31 02:30`, as the wall shows it. */
function shown(epoch: number, zone: string): string {
  const { year, month, day, hour, minute } = localTime(epoch, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

/** Of Proxmox's own tests, all in UTC: after which second, and then when. */
const VECTORS: readonly (readonly [string, number, ...number[]])[] = [
  ["0", 0, HOUR],
  ["*", 0, MINUTE, 2 * MINUTE, 3 * MINUTE],
  ["*", 59, 60],
  ["*:0", 0, HOUR, 2 * HOUR],
  ["*:*:*", 0, 1, 2, 3],
  ["*:3:5", 0, 3 * MINUTE + 5],
  ["*/10", 599, 600, 1200],
  ["*/12:0", 10, 43_200, 86_400],
  ["1/12:0/15", HOUR + 16 * MINUTE, HOUR + 30 * MINUTE, HOUR + 45 * MINUTE, 13 * HOUR, 13 * HOUR + 15 * MINUTE],
  ["1,4,6", 0, MINUTE, 4 * MINUTE, 6 * MINUTE, HOUR + MINUTE],
  ["mon *:*", 0, 4 * DAY],
  ["mon 2:50", 0, 4 * DAY + 2 * HOUR + 50 * MINUTE],
  ["tue", 0, 5 * DAY, 12 * DAY],
  ["thu", 0, 7 * DAY],
  ["fri", 0, DAY],
  ["sat..sun", 0, 2 * DAY, 3 * DAY, 9 * DAY],
  ["22/1:0", 22 * HOUR + 59 * MINUTE, 23 * HOUR],
  ["*/2:*", HOUR, 2 * HOUR, 2 * HOUR + MINUTE],
  ["20..22:*/30", 22 * HOUR + 30 * MINUTE, 44 * HOUR],
  ["4..10/2:0", 11 * HOUR, DAY + 4 * HOUR],
  ["10,5:8,4", 0, 5 * HOUR + 4 * MINUTE],
  ["6,4..10:23,5/5", 0, 4 * HOUR + 5 * MINUTE],
  ["5/2:0", 0, 5 * HOUR, 7 * HOUR, 9 * HOUR, 11 * HOUR],
  ["1:0", 15 * HOUR, DAY + HOUR, 2 * DAY + HOUR],
  ["2020-07-31", 0, second("2020-07-31T00:00Z")],
  ["02-28", 0, 58 * DAY],
  ["02-29", 0, second("1972-02-29T00:00Z"), second("1976-02-29T00:00Z")],
  ["1965/5-01-01", -1, 0],
  ["2020-7..9-2/2", second("2020-07-31T00:00Z"), second("2020-08-02T00:00Z")],
  ["2020,2021-12-31", second("2020-07-31T00:00Z"), second("2020-12-31T00:00Z"), second("2021-12-31T00:00Z")],
  ["sun", second("2020-12-31T00:00Z"), second("2021-01-03T00:00Z")],
  ["minutely", 0, MINUTE],
  ["hourly", 0, HOUR],
  ["daily", 1, DAY],
  ["weekly", 0, 4 * DAY],
  ["monthly", 0, 31 * DAY],
  ["quarterly", 0, 90 * DAY],
  ["semi-annually", 0, 181 * DAY],
  ["yearly", 0, 365 * DAY],
];

const VIENNA = "Europe/Vienna";

/** What the clocks do when they change. */
const CLOCKS: readonly (readonly [string, string, string, string, ...string[]])[] = [
  ["is skipped with its hour", "02:30", VIENNA, "2024-03-30", "2024-03-30 02:30", "2024-04-01 02:30"],
  ["is not skipped in UTC", "02:30 UTC", VIENNA, "2024-03-30", "2024-03-30 03:30", "2024-03-31 04:30"],
  [
    "comes once in an hour that comes twice",
    "02:30",
    VIENNA,
    "2024-10-26T12:00Z",
    "2024-10-27 02:30",
    "2024-10-28 02:30",
  ],
  ["passes over the second one of them", "*:30", VIENNA, "2024-10-27T00:00Z", "2024-10-27 02:30", "2024-10-27 03:30"],
  ["stays on its weekdays", "mon..fri", VIENNA, "2018-10-27T22:00Z", "2018-10-29 00:00", "2018-10-30 00:00"],
  [
    "is skipped by half an hour",
    "2:15",
    "Australia/Lord_Howe",
    "2024-10-04T12:00Z",
    "2024-10-05 02:15",
    "2024-10-07 02:15",
  ],
  ["is skipped with two hours", "2:30", "Antarctica/Troll", "2024-03-30", "2024-03-30 02:30", "2024-04-01 02:30"],
  [
    "is an hour later without a midnight",
    "*:*",
    "Asia/Beirut",
    "2024-03-30T21:59Z",
    "2024-03-31 01:00",
    "2024-03-31 01:01",
  ],
  ["misses a day without a midnight", "daily", "Asia/Beirut", "2024-03-29T23:00Z", "2024-04-01 00:00"],
  [
    "misses a day that a country left out",
    "12:00",
    "Pacific/Apia",
    "2011-12-29T00:00Z",
    "2011-12-29 12:00",
    "2011-12-31 12:00",
  ],
  ["is a quarter of an hour off", "*:0", "Asia/Kathmandu", "2024-01-01T00:00Z", "2024-01-01 06:00", "2024-01-01 07:00"],
];

describe("the next runs of a schedule", () => {
  for (const [text, after, ...runs] of VECTORS)
    it(`${text} after ${after}`, () => {
      expect(nextRuns(eventOf(text), after, "UTC", runs.length)).to.deep.equal(runs);
    });

  for (const [words, text, zone, after, ...runs] of CLOCKS)
    it(`${text} in ${zone} ${words}`, () => {
      const found = nextRuns(eventOf(text), second(after), zone, runs.length);
      expect(found.map((epoch) => shown(epoch, zone))).to.deep.equal(runs);
    });

  for (const text of ["02-30", "2021-02-29", "*-0-1", "*-*-0", "1999-1-1", "mon 2024-01-02", "*/2000-02-30"])
    it(`are none where the day never comes: ${text}`, () => {
      expect(nextRuns(eventOf(text), second("2024-06-01"), VIENNA, 3)).to.deep.equal([]);
    });

  it("end with the last year", () => {
    const runs = nextRuns(eventOf("2024..2026-12-24"), second("2025-01-01"), "UTC", 5);
    expect(runs.map((epoch) => shown(epoch, "UTC"))).to.deep.equal(["2025-12-24 00:00", "2026-12-24 00:00"]);
  });

  it("miss the full hour where a step does not divide it, as PVE counts on past it", () => {
    const runs = nextRuns(eventOf("*/25"), 0, "UTC", 4);
    expect(runs).to.deep.equal([25 * MINUTE, 50 * MINUTE, HOUR + 25 * MINUTE, HOUR + 50 * MINUTE]);
    expect(nextRuns(eventOf("0,25,50"), 50 * MINUTE, "UTC", 1)).to.deep.equal([HOUR]);
  });

  it("are over in Dublin, when the skipped hour is that of the schedule: PVE goes round in a circle", () => {
    const runs = nextRuns(eventOf("01:30"), second("2024-03-29"), "Europe/Dublin", 5);
    expect(runs.map((epoch) => shown(epoch, "Europe/Dublin"))).to.deep.equal(["2024-03-29 01:30", "2024-03-30 01:30"]);
  });

  it("are those of PVE's own program for 600 schedules made by chance, in many zones", () => {
    const lines = readFileSync(join(import.meta.dirname, "answers/calendar.tsv"), "utf8")
      .trimEnd()
      .split("\n");
    const answers = lines.map((line) => line.split("\t")).filter(([zone]) => zone !== "refused");
    for (const [zone = "", after = "", text = "", ...runs] of answers) {
      const found = nextRuns(eventOf(text), Number(after), zone, 4);
      expect(found.length === 0 ? "never" : found.join(" "), `${text} in ${zone} after ${after}`).to.equal(
        runs.join(" "),
      );
    }
    expect(answers).to.have.length(600);
  });

  const field = (most: number) =>
    fc.oneof(
      fc.constant("*"),
      fc.integer({ min: 1, max: most }).map(String),
      fc.uniqueArray(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 4 }).map((all) => all.join(",")),
      fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most })).map(([a, b]) => `${a}/${b}`),
    );
  const days = fc.constantFrom("", "mon ", "mon..fri ", "sat,sun ", "fri..tue ");
  const schedule = fc
    .tuple(days, field(12), field(28), field(23), field(59), field(59))
    .map(([weekdays, month, day, hour, minute, second]) => `${weekdays}*-${month}-${day} ${hour}:${minute}:${second}`);
  const zone = fc.constantFrom(
    "UTC",
    VIENNA,
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
  );
  const after = fc.integer({ min: second("2000-01-01"), max: second("2030-01-01") });

  it("are each later than the one before, on a day and at a time of the schedule", () => {
    fc.assert(
      fc.property(schedule, zone, after, (text, zone, after) => {
        const event = eventOf(text);
        const runs = nextRuns(event, after, zone, 5);
        for (const [index, run] of runs.entries()) {
          expect(run).to.be.above(runs[index - 1] ?? after);
          const time = localTime(run, zone);
          for (const unit of ["month", "day", "hour", "minute", "second"] as const) {
            const among = event[unit].some(
              ({ first, step, last }) => time[unit] >= first && time[unit] <= last && (time[unit] - first) % step === 0,
            );
            expect(among || event[unit].length === 0, `${unit} of ${shown(run, zone)}`).to.equal(true);
          }
          if (event.weekdays.length > 0) expect(event.weekdays).to.include(time.weekday);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("leave no minute out, in UTC, where no step goes past its field", () => {
    const values = (most: number) =>
      fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 5 }).map((all) => all.join(","));
    fc.assert(
      fc.property(
        fc.constantFrom("", "mon ", "sat..tue "),
        values(23),
        values(59),
        after,
        (days, hours, minutes, after) => {
          const event = eventOf(`${days}${hours}:${minutes}`);
          const [run = 0] = nextRuns(event, after, "UTC", 1);
          const first = Math.ceil((after + 1) / MINUTE) * MINUTE;
          for (let epoch = first; epoch < run; epoch += MINUTE) {
            const { weekday, hour, minute } = localTime(epoch, "UTC");
            const isDue =
              (event.weekdays.length === 0 || event.weekdays.includes(weekday)) &&
              hours.split(",").includes(String(hour)) &&
              minutes.split(",").includes(String(minute));
            expect(isDue, shown(epoch, "UTC")).to.equal(false);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are found one by one as all at once", () => {
    fc.assert(
      fc.property(schedule, zone, after, (text, zone, after) => {
        const event = eventOf(text);
        const [first, ...others] = nextRuns(event, after, zone, 3);
        if (first !== undefined) expect(nextRuns(event, first, zone, 2)).to.deep.equal(others);
      }),
      { numRuns: 200 },
    );
  });
});
