import { isoWeek, type LocalTime } from "./local-time.ts";

/** What a retention counts, in the order in which PVE goes by them. */
export const RULES = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
export type Rule = (typeof RULES)[number];

/** A backup, and when it was made by the node's clock. */
export interface Dated {
  readonly volid: string;
  readonly ctime: number;
  readonly time: LocalTime;
}

const monthOf = ({ year, month }: LocalTime) => `${year}-${month}`;
const dayOf = (time: LocalTime) => `${monthOf(time)}-${time.day}`;

/** Of which period each rule keeps the newest backup. */
export const PERIODS: Readonly<Record<Rule, (dated: Dated) => string>> = {
  last: ({ ctime }) => String(ctime),
  hourly: ({ time }) => `${dayOf(time)} ${time.hour}`,
  daily: ({ time }) => dayOf(time),
  weekly: ({ time }) => Object.values(isoWeek(time)).join("-"),
  monthly: ({ time }) => monthOf(time),
  yearly: ({ time }) => String(time.year),
};
