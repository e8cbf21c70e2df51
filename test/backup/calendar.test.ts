import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { type CalendarEvent, calendarEventIn, isMistake } from "#providers/backup/calendar.ts";

const just = (...values: readonly number[]) => values.map((value) => ({ first: value, step: 1, last: value }));
const range = (first: number, last: number) => ({ first, step: 1, last });
const from = (first: number, step: number, last = Infinity) => ({ first, step, last });
/** The event that each field not named makes: every day at midnight. */
const event = (fields: Partial<CalendarEvent>): CalendarEvent => ({
  utc: false,
  weekdays: [],
  year: [],
  month: [],
  day: [],
  hour: just(0),
  minute: just(0),
  second: just(0),
  ...fields,
});

const TAKEN: Readonly<Record<string, Partial<CalendarEvent>>> = {
  minutely: { hour: [], minute: [] },
  hourly: { hour: [] },
  daily: {},
  weekly: { weekdays: [0] },
  monthly: { day: just(1) },
  quarterly: { day: just(1), month: just(1, 4, 7, 10) },
  semiannually: { day: just(1), month: just(1, 7) },
  "semi-annually": { day: just(1), month: just(1, 7) },
  yearly: { day: just(1), month: just(1) },
  annually: { day: just(1), month: just(1) },
  "daily UTC": { utc: true },
  dailyUTC: { utc: true },
  "mon  UTC": { utc: true, weekdays: [0] },
  "mon\tUTC": { utc: true, weekdays: [0] },
  "02:30": { hour: just(2), minute: just(30) },
  "  02:30\n": { hour: just(2), minute: just(30) },
  "2:30:15": { hour: just(2), minute: just(30), second: just(15) },
  "5": { hour: [], minute: just(5) },
  "*": { hour: [], minute: [] },
  "*:*": { hour: [], minute: [] },
  "*:*:*": { hour: [], minute: [], second: [] },
  "*/15": { hour: [], minute: [from(0, 15)] },
  "24:00": { hour: [], minute: just(24), second: just(0) },
  "25:00": { hour: [], minute: just(25), second: just(0) },
  "5,30:10": { hour: [], minute: just(5, 30), second: just(10) },
  "*/30:15": { hour: [], minute: [from(0, 30)], second: just(15) },
  "20..22:*/30": { hour: [range(20, 22)], minute: [from(0, 30)] },
  "4..10/2,23:0": { hour: [from(4, 2, 10), ...just(23)], minute: just(0) },
  "5/0:0": { hour: just(5), minute: just(0) },
  Mon: { weekdays: [0] },
  SUNDAY: { weekdays: [6] },
  "mon..fri": { weekdays: [0, 1, 2, 3, 4] },
  "sat..mon": { weekdays: [0, 5, 6] },
  "wed,mon..tue,Fri": { weekdays: [0, 1, 2, 4] },
  "mon 5": { weekdays: [0], hour: [], minute: just(5) },
  mon5: { weekdays: [0], hour: [], minute: just(5) },
  "mon*:0": { weekdays: [0], hour: [], minute: just(0) },
  "sun 02-1..7 4:5": { weekdays: [6], month: just(2), day: [range(1, 7)], hour: just(4), minute: just(5) },
  "2020-07-31": { year: just(2020), month: just(7), day: just(31) },
  "07-05": { month: just(7), day: just(5) },
  "7-5-3": { year: just(7), month: just(5), day: just(3) },
  "*-13": { day: just(13) },
  "*-*-*": {},
  "*-*/2-1": { month: [from(1, 2)], day: just(1) },
  "*-0-1": { month: just(0), day: just(1) },
  "02-30": { month: just(2), day: just(30) },
  "1-*5:00": { month: just(1), hour: just(5), minute: just(0) },
  "2020-01-01*": { year: just(2020), month: just(1), day: just(1), hour: [], minute: [] },
};

const REFUSED: readonly (readonly [string, number, string])[] = [
  ["", 0, "a day of the week, a date or a time"],
  ["   ", 3, "a day of the week, a date or a time"],
  ["UTC", 0, "a day of the week, a date or a time"],
  ["Daily", 0, '"daily"'],
  ["  dayly UTC", 2, '"daily"'],
  ["tues", 0, '"tue"'],
  ["mon..tues 5", 5, '"tue"'],
  ["every night", 0, "a day of the week, such as mon"],
  ["mon,", 4, "a day of the week, such as mon"],
  ["mon-fri", 3, 'a date, a time, "," or ".." and a day'],
  ["mon fri", 4, 'a date, a time, "," or ".." and a day'],
  ["daily 02:00", 5, "the end, or UTC"],
  ["02:00 Europe/Vienna", 5, "the end, or UTC"],
  ["02:00 utc", 5, "the end, or UTC"],
  ["mon 0 0", 5, "the end, or UTC"],
  ["2:00pm", 4, "the end, or UTC"],
  ["1:2:3:4", 5, "the end, or UTC"],
  ["*,5", 1, "the end, or UTC"],
  ["61", 0, "a minute from 0 to 59"],
  ["0..80", 3, "a minute from 0 to 59"],
  ["*/61", 2, "a step from 1 to 59"],
  ["*/0", 2, "a step from 1 to 59"],
  ["25:61", 0, "an hour from 0 to 23"],
  ["24:00:00", 0, "an hour from 0 to 23"],
  ["2:61", 2, "a minute from 0 to 59"],
  ["2:30:60", 5, "a second from 0 to 59"],
  ["2:", 2, "a minute"],
  ["2:0:", 4, "a second"],
  ["10..5:00", 4, "no less than the 10 that the range begins with"],
  ["5,", 2, "a number"],
  ["5..", 3, "a number"],
  ["5/", 2, "a number"],
  ["*-13-1", 2, "a month from 1 to 12"],
  ["13-1", 0, "a month from 1 to 12"],
  ["2020-02-32", 8, "a day from 1 to 31"],
  ["2200-1-1", 0, "a year up to 2199"],
  ["2020-1-1-1", 8, "a time, UTC, or the end"],
  ["2020-1-1T05:00", 8, "a time, UTC, or the end"],
  ["*-*~1", 3, "a time, UTC, or the end"],
  ["1-2:3", 3, "a time, UTC, or the end"],
  ["2020-", 5, "a number or *"],
  ["99999999999999999999", 0, "a minute from 0 to 59"],
  ["٣", 0, "a day of the week, a date or a time"],
];

describe("a calendar event", () => {
  for (const [text, fields] of Object.entries(TAKEN))
    it(`is read as PVE reads it: ${JSON.stringify(text)}`, () => {
      expect(calendarEventIn(text)).to.deep.equal(event(fields));
    });

  for (const [text, at, expected] of REFUSED)
    it(`is refused with what should stand where: ${JSON.stringify(text)}`, () => {
      expect(calendarEventIn(text)).to.deep.equal({ at, expected });
    });

  it("is taken or refused as PVE's own program did with 800 made by chance", () => {
    const lines = readFileSync(join(import.meta.dirname, "answers/calendar.tsv"), "utf8")
      .trimEnd()
      .split("\n");
    for (const line of lines) {
      const [zone, second = "", third = ""] = line.split("\t");
      const text = zone === "refused" ? second : third;
      expect(isMistake(calendarEventIn(text)), text).to.equal(zone === "refused");
    }
    expect(lines).to.have.length(800);
  });

  it("is what was written, whatever that was", () => {
    fc.assert(
      fc.property(anyEvent, ({ text, event }) => {
        expect(calendarEventIn(text)).to.deep.equal(event);
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused at a character that the text has, or at its end", () => {
    const pieces = fc.constantFrom(
      "mon",
      "daily",
      "UTC",
      "..",
      ",",
      "-",
      ":",
      "/",
      "*",
      " ",
      "0",
      "7",
      "31",
      "99",
      "x",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (text) => {
          const read = calendarEventIn(text);
          if (!isMistake(read)) return;
          expect(read.at).to.be.within(0, text.length);
          expect(read.expected).to.match(/^\S.*\S$/);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

/** A list for a field with the values that it means. */
const list = (least: number, most: number) => {
  const value = fc.integer({ min: least, max: most });
  const step = fc.integer({ min: 1, max: most });
  const item = fc.oneof(
    value.map((one) => ({ text: `${one}`, steps: range(one, one) })),
    value.map((one) => ({ text: `0${one}`, steps: range(one, one) })),
    fc.tuple(value, step).map(([one, by]) => ({ text: `${one}/${by}`, steps: from(one, by) })),
    fc.tuple(value, value, step).map(([one, other, by]) => {
      const [first, last] = one < other ? [one, other] : [other, one];
      return { text: `${first}..${last}/${by}`, steps: from(first, by, last) };
    }),
    fc.tuple(value, value).map(([one, other]) => {
      const [first, last] = one < other ? [one, other] : [other, one];
      return { text: `${first}..${last}`, steps: range(first, last) };
    }),
  );
  return fc.oneof(
    fc.constant({ text: "*", steps: [] }),
    step.map((by) => ({ text: `*/${by}`, steps: [from(least, by)] })),
    fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => ({
      text: items.map(({ text }) => text).join(","),
      steps: items.map(({ steps }) => steps),
    })),
  );
};

const weekday = fc.constantFrom("mon", "tue", "wed", "thu", "fri", "sat", "sun");
const weekdays = fc.uniqueArray(weekday, { maxLength: 3 }).map((names) => ({
  text: names.join(","),
  days: names.map((name) => ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].indexOf(name)).toSorted(),
}));

/** A text and the event that it means. */
const anyEvent = fc
  .record({
    weekdays,
    date: fc.option(fc.tuple(fc.option(list(0, 2199)), list(1, 12), list(1, 31))),
    time: fc.tuple(list(0, 23), list(0, 59), fc.option(list(0, 59))),
    utc: fc.boolean(),
  })
  .map(({ weekdays, date, time: [hour, minute, second], utc }) => {
    const [year, month, day] = date ?? [];
    const dateText = [year, month, day].flatMap((part) => (part ? [part.text] : [])).join("-");
    const timeText = [hour, minute, ...(second ? [second] : [])].map(({ text }) => text).join(":");
    return {
      text: [weekdays.text, dateText, timeText, utc ? "UTC" : ""].filter((part) => part !== "").join(" "),
      event: event({
        utc,
        weekdays: weekdays.days,
        year: year?.steps ?? [],
        month: month?.steps ?? [],
        day: day?.steps ?? [],
        hour: hour.steps,
        minute: minute.steps,
        second: second?.steps ?? just(0),
      }),
    };
  });
