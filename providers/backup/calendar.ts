import { nearest } from "../core/nearest.ts";
import { any, type CalendarEvent, type Field, type Fields, type Steps, stepsIn } from "./calendar-field.ts";
import { CalendarText, type Item, type Mistake, Unexpected } from "./calendar-text.ts";
import { DAILY, NAMES, WORDS } from "./calendar-words.ts";

export type { CalendarEvent } from "./calendar-field.ts";
export type { Mistake } from "./calendar-text.ts";

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
  if (!third && !fits(first, "hour") && fits(first, "minute") && fits(second, "second"))
    return { hour: any, minute: fitted(first, "minute"), second: fitted(second, "second") };
  const time = { hour: fitted(first, "hour"), minute: fitted(second, "minute") };
  return third ? { ...time, second: fitted(third, "second") } : time;
}

const fits = (list: readonly Item[], field: Field): boolean => !("expected" in stepsIn(list, field));

function fitted(list: readonly Item[], field: Field): readonly Steps[] {
  const steps = stepsIn(list, field);
  if ("expected" in steps) throw new Unexpected(steps.at, steps.expected);
  return steps;
}
