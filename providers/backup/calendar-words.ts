import { any, type Fields, just } from "./calendar-field.ts";

/** What an event has where its text says nothing else. */
export const DAILY = { weekdays: [], year: any, month: any, day: any, hour: just(0), minute: just(0), second: just(0) };

/** What each word that stands for an event has other than `daily`. */
export const WORDS: Readonly<Record<string, Fields>> = {
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
/** Of each day two, one after the other. */
export const NAMES = DAYS.flatMap((day) => [day, day.slice(0, 3)]);
