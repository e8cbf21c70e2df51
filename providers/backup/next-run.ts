import type { CalendarEvent } from "./calendar.ts";
import type { Steps } from "./calendar-field.ts";
import { epochOf, type LocalTime, localTime, offsetAt, type WallTime } from "./local-time.ts";

/**
 * When PVE runs a calendar event, later than `after`, on nodes in a time zone. Fewer than `count` where PVE finds no
 * more. In an hour that occurs twice it depends on what the same process had computed before; here that was `after`.
 */
export function nextRuns(event: CalendarEvent, after: number, zone: string, count: number): number[] {
  const runs: number[] = [];
  while (runs.length < count) {
    const next = nextRun(event, runs.at(-1) ?? after, event.utc ? "UTC" : zone);
    if (next === undefined) break;
    runs.push(next);
  }
  return runs;
}

/** PVE gives up after that many steps: with a day that never comes, some centuries ahead. */
const STEPS = 1001;
/** JavaScript knows hardly any later one. */
const LAST_YEAR = 275_000;

function nextRun(event: CalendarEvent, after: number, zone: string): number | undefined {
  let epoch = after + 1;
  for (let step = 0; step < STEPS; step++) {
    const time = localTime(epoch, zone);
    const unit = UNITS.find((unit) => !fits(event, unit, time));
    // Where a skipped hour is moved back (Dublin), PVE answers what is over.
    if (unit === undefined) return epoch > after ? epoch : undefined;
    const later = leap(event, unit, time);
    if (later === undefined || later.year > LAST_YEAR) return undefined;
    epoch = epochOf(later, zone, offsetAt(epoch, zone));
  }
  return undefined;
}

/** In the order in which PVE looks at them. */
const UNITS = ["year", "month", "day", "weekday", "hour", "minute", "second"] as const;
type Unit = (typeof UNITS)[number];

function fits(event: CalendarEvent, unit: Unit, time: LocalTime): boolean {
  if (unit === "weekday") return event.weekdays.length === 0 || event.weekdays.includes(time.weekday);
  const value = time[unit];
  const isOf = ({ first, step, last }: Steps) => value >= first && value <= last && (value - first) % step === 0;
  return event[unit].length === 0 || event[unit].some(isOf);
}

/** The wall time to look at next, of which fields may be out of range; none where there is no later year. */
function leap(event: CalendarEvent, unit: Unit, time: LocalTime): WallTime | undefined {
  if (unit === "weekday") {
    const next = event.weekdays.find((day) => day > time.weekday) ?? 7;
    return at(time, "day", time.day + next - time.weekday);
  }
  const next = Math.min(...event[unit].map((steps) => valueAbove(steps, time[unit])));
  if (next < Infinity) return at(time, unit, next);
  const larger = LARGER[unit];
  return larger && at(time, larger, time[larger] + 1);
}

/** Infinity where there is none. */
function valueAbove({ first, step, last }: Steps, value: number): number {
  if (value < first) return first;
  const next = first + (Math.floor((value - first) / step) + 1) * step;
  return next <= last ? next : Infinity;
}

const LARGER = { year: undefined, month: "year", day: "month", hour: "day", minute: "hour", second: "minute" } as const;

/** A wall time in which a unit is another, and what is smaller begins anew. */
const at = (time: WallTime, unit: keyof WallTime, value: number): WallTime => ({
  ...time,
  ...SMALLER[unit],
  [unit]: value,
});

const SMALLER = {
  year: { month: 1, day: 1, hour: 0, minute: 0, second: 0 },
  month: { day: 1, hour: 0, minute: 0, second: 0 },
  day: { hour: 0, minute: 0, second: 0 },
  hour: { minute: 0, second: 0 },
  minute: { second: 0 },
  second: {},
};
