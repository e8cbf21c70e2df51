/** A day of the calendar; months and days count from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What a clock on the wall shows. */
export interface WallTime extends Day {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What a clock on the wall shows, and the day of the week, where 0 is Monday. */
export interface LocalTime extends WallTime {
  readonly weekday: number;
}

const DAY = 86_400;

/** What the wall shows in a time zone at a second since 1970. */
export function localTime(epoch: number, zone: string): LocalTime {
  const shown = new Date((epoch + offsetAt(epoch, zone)) * 1000);
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    weekday: (shown.getUTCDay() + 6) % 7,
  };
}

/**
 * The second at which the wall shows this, as glibc's mktime has it: fields out of range carry over, and a time that
 * is skipped is moved. A time that occurs twice is the one that `offset` leads to: mktime begins with what it had used
 * last, and with 0 in a process where it had not been called.
 */
export function epochOf(time: WallTime, zone: string, offset = 0): number {
  const wall = epochInUtc(time);
  let before: number | undefined;
  let epoch = wall - offset;
  for (;;) {
    const next = wall - offsetAt(epoch, zone);
    if (next === epoch) return epoch;
    // To and fro: the wall never shows it. mktime prefers the side where it is summer time.
    if (next === before) return isSummerTimeInWinter(zone) ? Math.min(epoch, next) : Math.max(epoch, next);
    [before, epoch] = [epoch, next];
  }
}

/** Seconds that a time zone is ahead of UTC. */
export function offsetAt(epoch: number, zone: string): number {
  const [, sign = "", hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(formatter(zone).format(epoch * 1000)) ?? [];
  const ahead = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -ahead : ahead;
}

const OFFSET = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/;

/** The week of a day by ISO 8601, and the year that the week belongs to. */
export function isoWeek(day: Day): { readonly year: number; readonly week: number } {
  const midnight = epochInUtc({ ...day, hour: 0, minute: 0, second: 0 });
  const thursday = midnight + (3 - localTime(midnight, "UTC").weekday) * DAY;
  const { year } = localTime(thursday, "UTC");
  const newYear = epochInUtc({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
  return { year, week: Math.floor((thursday - newYear) / (7 * DAY)) + 1 };
}

function epochInUtc({ year, month, day, hour, minute, second }: WallTime): number {
  // Not by Date.UTC, which takes the year 70 for 1970.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second) / 1000;
}

/** Where winter counts as the summer time, with an hour less, in the tzdata that Debian has. */
const WINTER_IS_SUMMER_TIME = ["Europe/Dublin", "Africa/Casablanca", "Africa/El_Aaiun"];

const isSummerTimeInWinter = (zone: string) =>
  WINTER_IS_SUMMER_TIME.includes(formatter(zone).resolvedOptions().timeZone);

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  formatters.set(zone, made);
  return made;
}
