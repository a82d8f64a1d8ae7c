/**
 * What a window over time means at a moment, and until when. Minutes and hours are exact; days and what is larger
 * count local dates in the zone, so that their spans change at local midnights only.
 */
import type { Spans } from "../columns/column.ts";
import type { Moment } from "../plan/surroundings.ts";
import type { Period, TimeWindow } from "../predicates/predicate.ts";
import { HIGHEST, LOWEST, type Span, spansPredicate } from "../predicates/spans.ts";
import { startOfDay } from "../values/zone.ts";
import { addUnits, type CalendarUnit, isCalendarUnit, startOfUnit } from "./calendar-units.ts";
import { dayOf } from "./local-day.ts";

export interface WindowSpans {
  /** Days since 1970-01-01 where the window is `dated`, else epoch milliseconds. */
  readonly spans: Spans;
  /** The first instant at which the spans are others. For windows of minutes and hours that is the next millisecond. */
  readonly until: number;
}

/** Throws RangeError on minutes or hours over dates, which no query has. */
export function windowSpans(window: TimeWindow, moment: Moment): WindowSpans {
  if (window.how !== "period" && !isCalendarUnit(window.unit)) {
    return exactSpans(window.how, window.n * EXACT_MS[window.unit], window.dated, moment.now);
  }
  const today = dayOf(moment.timeZone, moment.now);
  const { low, high, next } = window.how === "period" ? periodDays(window.period, today) : dayRange(window, today);
  return {
    spans: spansPredicate([window.dated ? daySpan(low, high) : instantSpan(low, high, moment.timeZone)]).spans,
    until: startOf(next, moment.timeZone, HIGHEST),
  };
}

const EXACT_MS = { minute: 60_000, hour: 3_600_000 } as const;

function exactSpans(how: "last" | "next", length: number, dated: boolean, now: number): WindowSpans {
  if (dated) throw new RangeError("dates have no minutes and hours");
  const [low, high] = how === "last" ? [now - length + 1, now] : [now + 1, now + length];
  return { spans: [low, high], until: now + 1 };
}

/** Days, both included; `next` is the first day on which the range is another. */
interface DayRange {
  readonly low: number;
  readonly high: number;
  readonly next: number;
}

function dayRange({ how, n, unit }: Exclude<TimeWindow, { how: "period" }>, today: number): DayRange {
  const calendar = unit as CalendarUnit;
  return how === "last"
    ? { low: addUnits(today, -n, calendar) + 1, high: today, next: today + 1 }
    : { low: today + 1, high: addUnits(today, n, calendar), next: today + 1 };
}

/** A period's unit, and how many of them from the one that today lies in. */
const PERIOD_PARTS: Readonly<Record<Period, readonly [unit: CalendarUnit, shift: number]>> = {
  today: ["day", 0],
  yesterday: ["day", -1],
  tomorrow: ["day", 1],
  this_week: ["week", 0],
  last_week: ["week", -1],
  this_month: ["month", 0],
  last_month: ["month", -1],
  this_quarter: ["quarter", 0],
  last_quarter: ["quarter", -1],
  this_year: ["year", 0],
  last_year: ["year", -1],
};

function periodDays(period: Period, today: number): DayRange {
  const [unit, shift] = PERIOD_PARTS[period];
  const current = startOfUnit(today, unit);
  return {
    low: addUnits(current, shift, unit),
    high: addUnits(current, shift + 1, unit) - 1,
    next: addUnits(current, 1, unit),
  };
}

function daySpan(low: number, high: number): Span {
  return { low: Math.max(low, LOWEST), high: Math.min(high, HIGHEST) };
}

function instantSpan(low: number, high: number, timeZone: string): Span {
  return { low: startOf(low, timeZone, LOWEST), high: startOf(high + 1, timeZone, HIGHEST) - 1 };
}

/** The first instant of a day; `open` where there is no such day. */
function startOf(day: number, timeZone: string, open: number): number {
  return Number.isFinite(day) ? startOfDay(timeZone, day) : open;
}
