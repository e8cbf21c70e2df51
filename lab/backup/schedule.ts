import { calendarEventIn, isMistake } from "#providers/backup/calendar.ts";
import { nextRuns } from "#providers/backup/next-run.ts";

/** Whether PVE can read it. */
export const isSchedule = (schedule: string): boolean => !isMistake(calendarEventIn(schedule));

/** When a schedule is next due after a time, on a node in a time zone; fewer than `count` where nothing is due any more. */
export function nextDue(schedule: string, after: number, zone: string, count: number): number[] {
  const event = calendarEventIn(schedule);
  return isMistake(event) ? [] : nextRuns(event, after, zone, count);
}
