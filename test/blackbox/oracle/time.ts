/** Windows over time (QUERY section 4), by counting local dates one naive step at a time. */
import { type FieldType, localDate } from "./values.ts";

interface Span {
  n: number;
  unit: string;
}

const EXACT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000 };
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7 };

const parts = (date: string): [year: number, month: number, day: number] => {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return [year, month, day];
};
const isoDate = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

export function addDays(date: string, days: number): string {
  const [year, month, day] = parts(date);
  return isoDate(year, month, day + days);
}

/** By calendar; a day that the month lacks becomes its last one. */
function addMonths(date: string, months: number): string {
  const [year, month, day] = parts(date);
  const first = isoDate(year, month + months, 1);
  const [itsYear, itsMonth] = parts(first);
  const [, , lastDay] = parts(isoDate(itsYear, itsMonth + 1, 0));
  return isoDate(itsYear, itsMonth, Math.min(day, lastDay));
}

function step(date: string, { n, unit }: Span, sign: 1 | -1): string {
  const days = DAYS[unit];
  if (days !== undefined) return addDays(date, sign * n * days);
  const months = MONTHS[unit];
  if (months === undefined) throw new Error(`the oracle knows no unit ${unit}`);
  return addMonths(date, sign * n * months);
}

/** Monday is 0. */
const weekday = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The first and the last date of a period around today. */
export function periodDates(period: string, today: string): [first: string, last: string] {
  const [year, month] = parts(today);
  const months = (start: number, count: number): [string, string] => [
    isoDate(year, start, 1),
    isoDate(year, start + count, 0),
  ];
  const monday = addDays(today, -weekday(today));
  const quarterStart = month - ((month - 1) % 3);
  switch (period) {
    case "today":
      return [today, today];
    case "yesterday":
      return [addDays(today, -1), addDays(today, -1)];
    case "tomorrow":
      return [addDays(today, 1), addDays(today, 1)];
    case "this_week":
      return [monday, addDays(monday, 6)];
    case "last_week":
      return [addDays(monday, -7), addDays(monday, -1)];
    case "this_month":
      return months(month, 1);
    case "last_month":
      return months(month - 1, 1);
    case "this_quarter":
      return months(quarterStart, 3);
    case "last_quarter":
      return months(quarterStart - 3, 3);
    case "this_year":
      return months(1, 12);
    case "last_year":
      return months(-11, 12);
    default:
      throw new Error(`the oracle knows no period ${period}`);
  }
}

/** Whether a value (a date's text, or a datetime's milliseconds) lies in a window at this moment. */
export function inWindow(
  operator: string,
  argument: unknown,
  type: FieldType,
  value: string | number,
  moment: { now: number; zone: string },
): boolean {
  const { now, zone } = moment;
  const today = localDate(now, zone);
  const date = type === "date" ? String(value) : localDate(Number(value), zone);
  if (operator === "in_period") {
    const [first, last] = periodDates(String(argument), today);
    return first <= date && date <= last;
  }
  const span = argument as Span;
  const exact = EXACT_MS[span.unit];
  if (exact !== undefined) {
    if (type === "date") throw new Error("minutes and hours are refused on a date");
    const length = span.n * exact;
    const time = Number(value);
    return operator === "in_last" ? now - length < time && time <= now : now < time && time <= now + length;
  }
  return operator === "in_last"
    ? step(today, span, -1) < date && date <= today
    : today < date && date <= step(today, span, 1);
}

/** The instant at which a local date begins, found by looking at every quarter of an hour around it. */
export function startOfDay(date: string, zone: string): number {
  const around = Date.parse(`${date}T00:00:00Z`);
  for (let quarter = -60; quarter <= 60; quarter++) {
    const instant = around + quarter * 900_000;
    if (localDate(instant, zone) === date && localDate(instant - 1, zone) !== date) return instant;
  }
  throw new Error(`${date} does not begin in ${zone}`);
}
