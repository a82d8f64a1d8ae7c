/** ISO 8601 / RFC 3339 instants. Milliseconds; finer digits of data are cut off. */
import { DAY_MS, daysFromDate } from "./calendar.ts";

const ISO_DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?$/;

const FIRST_INSTANT = -62_135_596_800_000;
const LAST_INSTANT = 253_402_300_799_999;

export interface DateTimeParts {
  /** The wall clock read as if it were UTC, epoch milliseconds. */
  readonly local: number;
  /** Offset from UTC in milliseconds, or null where none is written. */
  readonly offset: number | null;
  /** False when digits finer than a millisecond were cut off. */
  readonly exact: boolean;
}

/** The parts of an ISO date with a time of day, or null where `text` is not one or names no real moment. */
export function parseIsoDateTime(text: string): DateTimeParts | null {
  const match = text.length >= 16 && text.length <= 40 ? ISO_DATE_TIME.exec(text) : null;
  if (match === null) return null;
  const days = daysFromDate(Number(match[1]), Number(match[2]), Number(match[3]));
  const time = timeOfDay(Number(match[4]), Number(match[5]), Number(match[6] ?? 0), match[7] ?? "");
  const offset = match[8] === undefined ? signedOffset(match[9], match[10], match[11]) : 0;
  if (days === null || time === null || offset === undefined) return null;
  return { local: days * DAY_MS + time, offset, exact: /^\d{0,3}0*$/.test(match[7] ?? "") };
}

/** Milliseconds since midnight, or null. `fraction` holds the digits after the point. */
export function timeOfDay(hour: number, minute: number, second: number, fraction: string): number | null {
  if (hour > 23 || minute > 59 || second > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
}

function signedOffset(sign?: string, hours?: string, minutes?: string): number | null | undefined {
  if (sign === undefined) return null;
  const total = Number(hours) * 60 + Number(minutes ?? 0);
  if (Number(hours) > 18 || Number(minutes ?? 0) > 59) return undefined;
  return (sign === "-" ? -total : total) * 60_000;
}

/** Epoch milliseconds of an ISO instant that carries `Z` or an offset, or null. */
export function parseInstant(text: string): number | null {
  const parts = parseIsoDateTime(text);
  return parts === null || parts.offset === null ? null : withinYears(parts.local - parts.offset);
}

/** The instant, or null outside of years 1 to 9999. */
export function withinYears(instant: number): number | null {
  return instant >= FIRST_INSTANT && instant <= LAST_INSTANT ? instant : null;
}

/** RFC 3339 in UTC: `2024-05-01T08:30:00Z`, with milliseconds only where there are some. */
export function formatInstant(instant: number): string {
  const text = new Date(instant).toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}
