import type { Item, Mistake } from "./calendar-text.ts";

/** Every `step` from `first` on, up to `last`. */
export interface Steps {
  readonly first: number;
  readonly step: number;
  /** Without a bound it goes on past what the field can be, and carries over into the next: PVE counts so too. */
  readonly last: number;
}

/** What a field may be, where `*` with a step begins, and what to tell a person who wrote something else. */
const FIELDS = {
  year: { from: 0, to: 2199, words: "a year up to 2199" },
  month: { from: 1, to: 12, words: "a month from 1 to 12" },
  day: { from: 1, to: 31, words: "a day from 1 to 31" },
  hour: { from: 0, to: 23, words: "an hour from 0 to 23" },
  minute: { from: 0, to: 59, words: "a minute from 0 to 59" },
  second: { from: 0, to: 59, words: "a second from 0 to 59" },
} as const;
export type Field = keyof typeof FIELDS;

/** When PVE runs a job. A field without steps is any, and so are no weekdays. */
export interface CalendarEvent extends Readonly<Record<Field, readonly Steps[]>> {
  /** Whether its fields are in UTC rather than in the node's time zone. */
  readonly utc: boolean;
  /** From 0, which is Monday. */
  readonly weekdays: readonly number[];
}

/** Some of what an event is about. */
export type Fields = Partial<Omit<CalendarEvent, "utc">>;

/** These values, and no others. */
export const just = (...values: readonly number[]): readonly Steps[] =>
  values.map((value) => ({ first: value, step: 1, last: value }));

/** Any value. */
export const any: readonly Steps[] = [];

/** The values of a field that a list means; the first mistake in it, where it does not fit the field. */
export function stepsIn(list: readonly Item[], field: Field): readonly Steps[] | Mistake {
  const mistake = list.flatMap((item) => mistakeIn(item, field) ?? [])[0];
  return mistake ?? list.flatMap((item) => stepsOf(item, field));
}

function mistakeIn({ first, last, step }: Item, field: Field): Mistake | undefined {
  const { to, words } = FIELDS[field];
  const tooLarge = [first, last].find((figure) => figure && figure.value > to);
  if (tooLarge) return { at: tooLarge.at, expected: words };
  if (first && last && last.value < first.value)
    return { at: last.at, expected: `no less than the ${first.value} that the range begins with` };
  return step && (step.value > to || (step.value === 0 && !first))
    ? { at: step.at, expected: `a step from 1 to ${to}` }
    : undefined;
}

function stepsOf({ first, last, step }: Item, field: Field): readonly Steps[] {
  if (!first) return step ? [{ first: FIELDS[field].from, step: step.value, last: Infinity }] : any;
  if (!step) return [{ first: first.value, step: 1, last: (last ?? first).value }];
  // PVE takes 0 for a step: it leaves just the first.
  return step.value === 0
    ? just(first.value)
    : [{ first: first.value, step: step.value, last: last?.value ?? Infinity }];
}
