import { refuse } from "./validator.ts";

/** What is left of a text when its beginning was read; none where it does not begin so. */
type Reader = (text: string) => string | undefined;

const sign =
  (text: string): Reader =>
  (from) =>
    from.startsWith(text) ? from.slice(text.length) : undefined;

const sequence =
  (...readers: readonly Reader[]): Reader =>
  (from) =>
    readers.reduce<string | undefined>((rest, reader) => (rest === undefined ? rest : reader(rest)), from);

const optional =
  (reader: Reader): Reader =>
  (from) =>
    reader(from) ?? from;

/** One, and more of it behind commas. A comma with nothing of the kind behind it is left. */
const commas =
  (one: Reader): Reader =>
  (from) => {
    const first = one(from);
    if (first === undefined) return undefined;
    let rest = first;
    for (let next: string | undefined = rest; next !== undefined; next = sequence(sign(","), one)(rest)) rest = next;
    return rest;
  };

const digits = (text: string): string => /^\d*/.exec(text)?.[0] ?? "";

const below =
  (limit: number): Reader =>
  (from) => {
    const number = digits(from);
    return number !== "" && Number(number) < limit ? from.slice(number.length) : undefined;
  };

/** `5`, `5..9`, `5/2` or `5..9/2`. */
const item =
  (limit: number): Reader =>
  (from) => {
    const number = below(limit);
    const first = number(from);
    if (first === undefined) return undefined;
    const last = sequence(sign(".."), number)(first);
    if (last !== undefined && Number(digits(from)) > Number(digits(first.slice(2)))) return undefined;
    const rest = last ?? first;
    return rest.startsWith("/") ? number(rest.slice(1)) : rest;
  };

/** `*`, `*` with a step, or items. A step of none is left. */
const list =
  (limit: number): Reader =>
  (from) => {
    if (!from.startsWith("*")) return commas(item(limit))(from);
    const rest = from.slice(1);
    if (!rest.startsWith("/")) return rest;
    const stepped = below(limit)(rest.slice(1));
    return stepped !== undefined && Number(digits(rest.slice(1))) === 0 ? rest : stepped;
  };

const [years, months, days, hours, sixty] = [list(2200), list(13), list(32), list(24), list(60)];
const withoutBlanks = (from: string): string => from.replace(/^[ \t]+/, "");

const monthAndDay = sequence(months, sign("-"), days);
const date: Reader = (from) => sequence(years, sign("-"), monthAndDay)(from) ?? monthAndDay(from);
const time = sequence(optional(sequence(hours, sign(":"))), sixty, optional(sequence(sign(":"), sixty)));

const WEEKDAY = /^(?:mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)$/i;
const word = (text: string): string => /^[a-z]*/i.exec(text)?.[0] ?? "";
const weekday: Reader = (from) => (WEEKDAY.test(word(from)) ? from.slice(word(from).length) : undefined);
const weekdays = commas(sequence(weekday, optional(sequence(sign(".."), weekday))));

const KEYWORD = /^(?:minutely|hourly|daily|weekly|monthly|quarterly|semi-?annually|yearly|annually)$/;

/** Refuses what is no calendar event, in the words of PVE's parser: what it was at, and what it wanted. */
export function calendarEvent(text: string): void {
  const words = complaint(text.trim());
  if (words !== undefined) refuse(`invalid calendar event '${text}' - unable to parse calendar event ${words}\n`);
}

function complaint(event: string): string | undefined {
  if (event === "") return "- event is empty";
  const local = event.replace(/ *UTC$/, "");
  if (KEYWORD.test(local)) return undefined;
  const hasDays = /^[a-z]/i.test(local);
  const behindDays = hasDays ? weekdays(local) : local;
  if (behindDays === undefined) return `at '${word(local)}' - Context("weekday")`;
  const from = hasDays ? withoutBlanks(behindDays) : local;
  const behindDate = date(from);
  const left = behindDate === undefined ? from : withoutBlanks(behindDate);
  const behindTime = time(left);
  if (!hasDays && behindDate === undefined && behindTime === undefined)
    return `at '${left}' - Context("date or time specification")`;
  const rest = behindTime ?? left;
  return rest === "" ? undefined : `at '${rest}' - Nom(Eof)`;
}
