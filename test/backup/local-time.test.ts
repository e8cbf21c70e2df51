import { execFileSync } from "node:child_process";
import { expect } from "chai";
import fc from "fast-check";
import { epochOf, isoWeek, localTime, offsetAt, type WallTime } from "#providers/backup/local-time.ts";

const DAY = 86_400;
const ZONES = [
  "UTC",
  "Europe/Vienna",
  "Europe/London",
  "Europe/Dublin",
  "Europe/Moscow",
  "America/New_York",
  "America/St_Johns",
  "America/Santiago",
  "America/Sao_Paulo",
  "America/Havana",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Tokyo",
  "Australia/Lord_Howe",
  "Australia/Sydney",
  "Pacific/Apia",
  "Pacific/Auckland",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Africa/Casablanca",
  "Antarctica/Troll",
];
/** Years in which the tzdata of Node and of the system are sure to agree. */
const [FROM, TO] = [Date.UTC(1990, 0) / 1000, Date.UTC(2025, 0) / 1000];

/** What glibc answers: a line for each line asked, of a time zone, what to do, and numbers. */
const GLIBC = `
use POSIX qw(mktime strftime tzset);
while (<STDIN>) {
  my ($zone, $what, @n) = split;
  if ($what eq "mktime") {
    # mktime keeps the offset it used last: this makes it the one that is asked for.
    my ($offset, $year, $month, $day, $hour, $minute, $second) = @n;
    $ENV{TZ} = sprintf "XXX%+d:%02d:%02d", -int($offset / 3600), int(abs($offset) / 60) % 60, abs($offset) % 60; tzset();
    mktime(0, 0, 0, 1, 0, 100, 0, 0, 0);
    $ENV{TZ} = ":$zone"; tzset();
    print mktime($second, $minute, $hour, $day, $month - 1, $year - 1900, 0, 0, -1), "\\n";
  } else {
    $ENV{TZ} = ":$zone"; tzset();
    print strftime("%Y %m %d %H %M %S %u %G %V", localtime($n[0])), "\\n";
  }
}`;

function glibc(asked: readonly string[]): string[] {
  return execFileSync("perl", ["-e", GLIBC], { input: asked.join("\n"), encoding: "utf8" })
    .trimEnd()
    .split("\n");
}

/** The seconds at which the offset of a zone changes. */
function changesIn(zone: string): number[] {
  const changes: number[] = [];
  for (let day = FROM; day < TO; day += DAY) {
    let [early, late] = [day, day + DAY];
    if (offsetAt(early, zone) === offsetAt(late, zone)) continue;
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (offsetAt(middle, zone) === offsetAt(early, zone)) early = middle;
      else late = middle;
    }
    changes.push(late);
  }
  return changes;
}

/** Changes that are not between winter and summer, in which mktime goes by what it had used last. */
const MOVED = [
  "Europe/Moscow 1992-1-19",
  "Europe/Moscow 2011-3-27",
  "Pacific/Apia 2011-12-30",
  "Pacific/Kiritimati 1994-12-31",
];
/** Until 2018 its summer time was one. */
const isAsToday = (zone: string, { year }: WallTime) => zone !== "Africa/Casablanca" || year > 2018;

/** Each wall time with each offset that mktime might have used last. */
const withOffsets = (zone: string, time: WallTime) => {
  const around = [-DAY, DAY].map((by) => offsetAt(epochOf(time, zone) + by, zone));
  return [...new Set([0, ...around])].map((offset) => ({ zone, time, offset }));
};

const onGlibc = process.platform === "linux" ? it : it.skip;

describe("the time on the wall", () => {
  const everywhere = ZONES.map((zone) => ({ zone, changes: changesIn(zone) }));

  onGlibc("is what glibc shows, by chance and on both sides of each change of the clocks, with the ISO week", () => {
    const asked = everywhere.flatMap(({ zone, changes }) => {
      const epochs = fc.sample(fc.integer({ min: FROM, max: TO }), { numRuns: 200, seed: 1 });
      const near = changes.flatMap((change) => [-7201, -3600, -1, 0, 1, 1800, 3599, 3600].map((by) => change + by));
      return [...epochs, ...near].map((epoch) => ({ zone, epoch }));
    });
    expect(asked.length).to.be.above(10_000);
    const answers = glibc(asked.map(({ zone, epoch }) => `${zone} localtime ${epoch}`));
    for (const [index, { zone, epoch }] of asked.entries()) {
      const time = localTime(epoch, zone);
      const { year, week } = isoWeek(time);
      const { month, day, hour, minute, second, weekday } = time;
      const shown = [time.year, month, day, hour, minute, second, weekday + 1, year, week].join(" ");
      expect(shown, `${zone} ${epoch}`).to.equal(answers[index]?.replace(/\b0(?=\d)/g, ""));
    }
  });

  onGlibc("leads to the second that mktime finds, whatever it had used last: twice, skipped, out of range", () => {
    const anyTime = fc.record({
      year: fc.integer({ min: 1991, max: 2023 }),
      month: fc.integer({ min: -5, max: 20 }),
      day: fc.integer({ min: -40, max: 70 }),
      hour: fc.integer({ min: -30, max: 60 }),
      minute: fc.integer({ min: -70, max: 130 }),
      second: fc.integer({ min: -70, max: 130 }),
    });
    const asked = everywhere.flatMap(({ zone, changes }) => {
      const near = changes.flatMap((change) =>
        [-5400, -3600, -1, 0, 1200, 3600, 5400].flatMap((by) =>
          // What the wall would show if the offset of the day before, or after, held.
          [-DAY, DAY].map((other) => localTime(change + by + offsetAt(change + other, zone), "UTC")),
        ),
      );
      const times = [...near, ...fc.sample(anyTime, { numRuns: 200, seed: 2 })];
      return times.filter((time) => isAsToday(zone, time)).flatMap((time) => withOffsets(zone, time));
    });
    expect(asked.length).to.be.above(10_000);
    const answers = glibc(
      asked.map(({ zone, time: { year, month, day, hour, minute, second }, offset }) =>
        [zone, "mktime", offset, year, month, day, hour, minute, second].join(" "),
      ),
    );
    const others = asked.flatMap(({ zone, time, offset }, index) =>
      String(epochOf(time, zone, offset)) === answers[index] ? [] : [`${zone} ${time.year}-${time.month}-${time.day}`],
    );
    expect([...new Set(others)].toSorted()).to.deep.equal(MOVED);
  });

  for (const { text, zone, time, epoch } of [
    {
      text: "skipped in spring, is an hour later",
      zone: "Europe/Vienna",
      time: [2024, 3, 31, 2, 30],
      epoch: 1711848600,
    },
    {
      text: "skipped in Dublin, is an hour earlier",
      zone: "Europe/Dublin",
      time: [2024, 3, 31, 1, 30],
      epoch: 1711845000,
    },
    { text: "skipped by half an hour", zone: "Australia/Lord_Howe", time: [2024, 10, 6, 2, 15], epoch: 1728143100 },
    { text: "twice in autumn", zone: "Europe/Vienna", time: [2024, 10, 27, 2, 30], epoch: 1729992600 },
    { text: "of the 60th minute", zone: "UTC", time: [2023, 12, 31, 23, 60], epoch: 1704067200 },
    { text: "of month 13", zone: "UTC", time: [2023, 13, 1, 0, 0], epoch: 1704067200 },
    { text: "of day 0", zone: "Asia/Kathmandu", time: [2024, 1, 0, 5, 45], epoch: 1703980800 },
    { text: "of the first century", zone: "UTC", time: [70, 1, 1, 0, 0], epoch: -59958144000 },
  ])
    it(`${text}: ${time.join("-")} in ${zone}`, () => {
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = time;
      expect(epochOf({ year, month, day, hour, minute, second: 0 }, zone)).to.equal(epoch);
    });

  it("is found again from what it shows, with the offset that it had", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 4_102_444_800 }), (zone, epoch) => {
        expect(epochOf(localTime(epoch, zone), zone, offsetAt(epoch, zone))).to.equal(epoch);
      }),
      { numRuns: 2000 },
    );
  });

  it("is none in a zone that nobody knows", () => {
    expect(() => localTime(0, "Europe/Wien")).to.throw("Europe/Wien");
  });
});

describe("the week of a day", () => {
  for (const [year, month, day, week] of [
    [2020, 12, 31, "2020 53"],
    [2021, 1, 3, "2020 53"],
    [2021, 1, 4, "2021 1"],
    [2024, 12, 29, "2024 52"],
    [2024, 12, 30, "2025 1"],
    [2026, 1, 1, "2026 1"],
    [2027, 1, 1, "2026 53"],
  ] as const)
    it(`of ${year}-${month}-${day} is ${week}`, () => {
      expect(isoWeek({ year, month, day })).to.deep.equal({
        year: Number(week.slice(0, 4)),
        week: Number(week.slice(5)),
      });
    });
});
