import { nearest } from "../core/nearest.ts";
import { any, type Field, just, type Steps, stepsIn } from "./calendar-field.ts";
import { CalendarText, type Item, type Mistake, Unexpected } from "./calendar-text.ts";

export type { Mistake } from "./calendar-text.ts";

/** When PVE runs a job. A field without steps is any, and so are no weekdays. */
export interface CalendarEvent extends Readonly<Record<Field, readonly Steps[]>> {
  /** Whether its fields are in UTC rather than in the node's time zone. */
  readonly utc: boolean;
  /** From 0, which is Monday. */
  readonly weekdays: readonly number[];
}

/** The calendar event that a text is for PVE, which takes just these. */
export function calendarEventIn(text: string): CalendarEvent | Mistake {
  const [, within = "", utc] = /^(.*?)(?: *(UTC))?$/s.exec(text.trimEnd()) ?? [];
  const start = text.length - text.trimStart().length;
  try {
    return { ...DAILY, ...fieldsIn(new CalendarText(within, start)), utc: utc !== undefined };
  } catch (thrown) {
    if (thrown instanceof Unexpected) return thrown.mistake;
    throw thrown;
  }
}

export const isMistake = (read: CalendarEvent | Mistake): read is Mistake => "expected" in read;

type Fields = Partial<Omit<CalendarEvent, "utc">>;

const DAILY = { weekdays: [], year: any, month: any, day: any, hour: just(0), minute: just(0), second: just(0) };

/** What each word that stands for an event has other than `daily`. */
const WORDS: Readonly<Record<string, Fields>> = {
  minutely: { hour: any, minute: any },
  hourly: { hour: any },
  daily: {},
  weekly: { weekdays: [0] },
  monthly: { day: just(1) },
  quarterly: { month: just(1, 4, 7, 10), day: just(1) },
  semiannually: { month: just(1, 7), day: just(1) },
  "semi-annually": { month: just(1, 7), day: just(1) },
  yearly: { month: just(1), day: just(1) },
  annually: { month: just(1), day: just(1) },
};

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const NAMES = DAYS.flatMap((day) => [day, day.slice(0, 3)]);

function fieldsIn(text: CalendarText): Fields {
  const word = text.take(new RegExp(`(?:${Object.keys(WORDS).join("|")})(?![A-Za-z])`));
  if (word !== undefined) return text.rest === "" ? { ...WORDS[word] } : text.fail(THE_END);
  const weekdays = /^[A-Za-z]/.test(text.rest) ? weekdaysIn(text) : [];
  text.take(/[ \t]+/);
  if (weekdays.length > 0 && text.rest === "") return { weekdays };
  const first = text.list(
    weekdays.length > 0 ? 'a date, a time, "," or ".." and a day' : "a day of the week, a date or a time",
  );
  return { weekdays, ...(text.take(/-/) ? dateIn(text, first) : timeIn(text, first)) };
}

const THE_END = "the end, or UTC";

function weekdaysIn(text: CalendarText): readonly number[] {
  const days = new Set<number>();
  let known = [...Object.keys(WORDS), ...NAMES];
  do {
    const from = dayIn(text, known);
    known = NAMES;
    const to = text.take(/\.\./) ? dayIn(text, known) : from;
    for (let day = from; day !== to; day = (day + 1) % 7) days.add(day);
    days.add(to);
  } while (text.take(/,/));
  return [...days].toSorted();
}

function dayIn(text: CalendarText, known: readonly string[]): number {
  const word = text.take(/[A-Za-z]+/) ?? "";
  const day = NAMES.indexOf(word.toLowerCase());
  if (day >= 0) return Math.floor(day / 2);
  const meant = nearest(word, known);
  return text.fail(meant ? `"${meant}"` : "a day of the week, such as mon", word.length);
}

/** `*-*-1` or `12-24`, of which the first list is read, with or without a time behind it. */
function dateIn(text: CalendarText, first: readonly Item[]): Fields {
  const second = text.list("a number or *");
  const third = text.take(/-/) && text.list("a number or *");
  const date = third
    ? { year: fitted(first, "year"), month: fitted(second, "month"), day: fitted(third, "day") }
    : { month: fitted(first, "month"), day: fitted(second, "day") };
  text.take(/[ \t]+/);
  return text.rest === "" ? date : { ...date, ...timeIn(text, text.list("a time, UTC, or the end")) };
}

/** `5` is a minute, `2:30` a time, and `30:15` minute and second, as `30` is no hour. */
function timeIn(text: CalendarText, first: readonly Item[]): Fields {
  const second = text.take(/:/) && text.list("a minute");
  const third = text.take(/:/) && text.list("a second");
  if (text.rest !== "") text.fail(THE_END);
  if (!second) return { hour: any, minute: fitted(first, "minute") };
  const [minute, ofMinute] = [stepsIn(first, "minute"), stepsIn(second, "second")];
  const isWithoutHour =
    !third && "expected" in stepsIn(first, "hour") && !("expected" in minute) && !("expected" in ofMinute);
  if (isWithoutHour) return { hour: any, minute, second: ofMinute };
  return {
    hour: fitted(first, "hour"),
    minute: fitted(second, "minute"),
    ...(third ? { second: fitted(third, "second") } : {}),
  };
}

function fitted(list: readonly Item[], field: Field): readonly Steps[] {
  const steps = stepsIn(list, field);
  if ("expected" in steps) throw new Unexpected(steps.at, steps.expected);
  return steps;
}
