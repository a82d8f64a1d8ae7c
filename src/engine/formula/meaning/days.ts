/** Local dates of instants, and parts of dates. A local day is what lies between the starts of two days. */
import { DAY_MS, dateFromDays } from "../../values/calendar.ts";
import { startOfDay } from "../../values/zone.ts";

/** The starts of these days are kept once they were asked for: 1970-01-01 to 2099-12-31. */
const KEPT_DAYS = 47_482;
const MAX_ZONES = 8;

/** The local dates of one zone. */
export class LocalDates {
  readonly #timeZone: string;
  /** By day; NaN where not asked for yet. */
  readonly #starts = new Float64Array(KEPT_DAYS).fill(Number.NaN);

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** Days since 1970-01-01 of the local date at an instant; of NaN, NaN. */
  dateOf(instant: number): number {
    const day = Math.floor(instant / DAY_MS);
    // Beyond what is kept there is nothing, and comparisons with nothing and with NaN are false.
    const start = this.#starts[day] as number;
    if (instant >= start && instant < (this.#starts[day + 1] as number)) return day;
    if (instant < start && instant >= (this.#starts[day - 1] as number)) return day - 1;
    return this.#search(instant, day);
  }

  #search(instant: number, from: number): number {
    if (Number.isNaN(instant)) return instant;
    let day = from;
    while (instant >= this.startOf(day + 1)) day++;
    while (instant < this.startOf(day)) day--;
    return day;
  }

  /** The first instant of a day. */
  startOf(day: number): number {
    const known = this.#starts[day];
    if (known !== undefined && !Number.isNaN(known)) return known;
    const start = startOfDay(this.#timeZone, day);
    if (known !== undefined) this.#starts[day] = start;
    return start;
  }
}

const zones = new Map<string, LocalDates>();

export function datesIn(timeZone: string): LocalDates {
  let dates = zones.get(timeZone);
  if (dates === undefined) {
    if (zones.size >= MAX_ZONES) zones.clear();
    dates = new LocalDates(timeZone);
    zones.set(timeZone, dates);
  }
  return dates;
}

export const dateOf = (timeZone: string, instant: number): number => datesIn(timeZone).dateOf(instant);

/** From 1 for Monday to 7 for Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return day + 4 - 7 * Math.floor((day + 3) / 7);
}

/** Years and months of these days are looked up: 1900-01-01 to 2099-12-31. */
const FIRST = -25_567;
const LAST = 47_481;

interface Parts {
  readonly years: Int16Array;
  readonly months: Int8Array;
}
let parts: Parts | null = null;

function fillParts(): Parts {
  const filled = { years: new Int16Array(LAST - FIRST + 1), months: new Int8Array(LAST - FIRST + 1) };
  for (let day = FIRST; day <= LAST; day++) {
    const date = dateFromDays(day);
    filled.years[day - FIRST] = date.year;
    filled.months[day - FIRST] = date.month;
  }
  parts = filled;
  return filled;
}

export function yearOf(day: number): number {
  const at = (day - FIRST) | 0;
  if (at > 0 && at <= LAST - FIRST) return (parts ?? fillParts()).years[at] as number;
  return Number.isNaN(day) ? day : dateFromDays(day).year;
}

export function monthOf(day: number): number {
  const at = (day - FIRST) | 0;
  if (at > 0 && at <= LAST - FIRST) return (parts ?? fillParts()).months[at] as number;
  return Number.isNaN(day) ? day : dateFromDays(day).month;
}
