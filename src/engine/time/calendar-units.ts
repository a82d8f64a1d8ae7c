/**
 * Steps by calendar on whole days since 1970-01-01. What lies before year 1 or after year 9999, where there are no
 * dates, is an infinity: bounds made of it are open.
 */
import type { TimeUnit } from "../query/ast.ts";
import { dateFromDays, daysFromDate, daysInMonth } from "../values/calendar.ts";

export type CalendarUnit = Exclude<TimeUnit, "minute" | "hour">;

export function isCalendarUnit(unit: TimeUnit): unit is CalendarUnit {
  return unit !== "minute" && unit !== "hour";
}

const DAYS = { day: 1, week: 7 } as const;
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The day `n` units later (earlier where negative); a day that its month lacks becomes the month's last one. */
export function addUnits(day: number, n: number, unit: CalendarUnit): number {
  return unit === "day" || unit === "week" ? day + n * DAYS[unit] : addMonths(day, n * MONTHS[unit]);
}

function addMonths(from: number, months: number): number {
  const { year, month, day } = dateFromDays(from);
  const total = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  const days = daysFromDate(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
  return days ?? (months < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}

/** The first day of the week (Monday), month, quarter or year that a day lies in. */
export function startOfUnit(day: number, unit: CalendarUnit): number {
  if (unit === "day") return day;
  // 1970-01-01 was a Thursday.
  if (unit === "week") return day - ((((day + 3) % 7) + 7) % 7);
  const { year, month } = dateFromDays(day);
  const first = daysFromDate(year, month - ((month - 1) % MONTHS[unit]), 1);
  return first ?? Number.NEGATIVE_INFINITY;
}
