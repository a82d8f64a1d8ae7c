/** Values read from UTF-8 bytes without a string, where they are written in the most common way; else NaN. */
import { DAY_MS, daysFromDate } from "../values/calendar.ts";

const POWERS = Float64Array.from({ length: 16 }, (_, digits) => 10 ** digits);
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const MOST_DIGITS = 15;
const SMALLEST_PLAIN = 1e-6;

/**
 * The number whose shortest form these bytes are: what `numberText` gives back exactly. At most 15 digits are exact
 * in a double, and so is the power of ten that they are divided by: the quotient is the nearest double.
 */
export function canonicalNumber(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const negative = bytes[at] === MINUS;
  if (negative) at++;
  if (at >= to || to - at > MOST_DIGITS + 1) return Number.NaN;
  const first = at;
  let value = 0;
  let byte = bytes[at] as number;
  while (byte >= ZERO && byte <= 57) {
    value = value * 10 + byte - ZERO;
    if (++at >= to) break;
    byte = bytes[at] as number;
  }
  const whole = at - first;
  if (whole === 0 || whole > MOST_DIGITS || (whole > 1 && bytes[first] === ZERO)) return Number.NaN;
  if (at < to) {
    if (byte !== POINT) return Number.NaN;
    const point = at++;
    if (at >= to || bytes[to - 1] === ZERO) return Number.NaN;
    for (; at < to; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    const decimals = to - point - 1;
    if (whole + decimals > MOST_DIGITS) return Number.NaN;
    value /= POWERS[decimals] as number;
    if (value < SMALLEST_PLAIN) return Number.NaN;
  }
  if (!negative) return value;
  return value === 0 ? Number.NaN : -value;
}

/** The two digits at a place, or NaN. */
function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const HYPHEN = 45;
const DATE_BYTES = 10;
const INSTANT_BYTES = 20;

/** Of `YYYY-MM-DD`, days since 1970-01-01. */
export function isoDay(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== DATE_BYTES) return Number.NaN;
  return dayAt(bytes, from);
}

function dayAt(bytes: Uint8Array, from: number): number {
  if (bytes[from + 4] !== HYPHEN || bytes[from + 7] !== HYPHEN) return Number.NaN;
  const year = two(bytes, from) * 100 + two(bytes, from + 2);
  const days = daysFromDate(year, two(bytes, from + 5), two(bytes, from + 8));
  return days ?? Number.NaN;
}

/** Of `YYYY-MM-DDTHH:MM:SSZ`, epoch milliseconds. */
export function isoInstant(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== INSTANT_BYTES || bytes[from + 10] !== 84 || bytes[to - 1] !== 90) return Number.NaN;
  if (bytes[from + 13] !== 58 || bytes[from + 16] !== 58) return Number.NaN;
  const [hours, minutes, seconds] = [two(bytes, from + 11), two(bytes, from + 14), two(bytes, from + 17)];
  if (!(hours <= 23 && minutes <= 59 && seconds <= 59)) return Number.NaN;
  return dayAt(bytes, from) * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** 1 for `true`, 0 for `false`, in small letters; else NaN. */
export function truth(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (
    length === 4 &&
    bytes[from] === 116 &&
    bytes[from + 1] === 114 &&
    bytes[from + 2] === 117 &&
    bytes[from + 3] === 101
  )
    return 1;
  const isFalse =
    length === 5 &&
    bytes[from] === 102 &&
    bytes[from + 1] === 97 &&
    bytes[from + 2] === 108 &&
    bytes[from + 3] === 115 &&
    bytes[from + 4] === 101;
  return isFalse ? 0 : Number.NaN;
}

/** Whether a cell may be white space alone, or begin with some: then it has to be looked at as text. */
export function mayBeBlank(first: number): boolean {
  return first <= 32 || first === 0xc2 || (first >= 0xe1 && first <= 0xe3) || first === 0xef;
}
