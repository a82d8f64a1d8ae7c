/**
 * The ways files write dates. A cell's text is scanned once; the answer says which formats it fits,
 * so that a column's guess narrows a set and never tries the formats one by one.
 */
import { DAY_MS, daysFromDate } from "./calendar.ts";
import { timeOfDay } from "./date-time.ts";

/** `y` four digits, `m` and `d` one or two, `mon` an English month's name or its first three letters. */
export const DATE_FORMATS = [
  "y-m-d",
  "y/m/d",
  "y.m.d",
  "d-m-y",
  "d/m/y",
  "d.m.y",
  "m-d-y",
  "m/d/y",
  "m.d.y",
  "d mon y",
  "d-mon-y",
  "mon d, y",
] as const;

export type DateFormat = (typeof DATE_FORMATS)[number];

export interface ScannedDate {
  /** Days since 1970-01-01 for each format that fits. */
  readonly readings: readonly { readonly format: DateFormat; readonly days: number }[];
  /** Null where the text is a date alone. */
  readonly time: ScannedTime | null;
}

export interface ScannedTime {
  /** Milliseconds since midnight of the wall clock. */
  readonly ofDay: number;
  /** Milliseconds ahead of UTC; null where none is written. */
  readonly offset: number | null;
}

const SHORTEST = "1/1/2021".length;
const LONGEST = 48;
const ISO_LENGTH = 10;
const HYPHEN = 45;
const YEAR_FIRST = /^(\d{4})([-/.])(\d\d?)\2(\d\d?)(?!\d)/;
const YEAR_LAST = /^(\d\d?)([-/.])(\d\d?)\2(\d{4})(?!\d)/;
const DAY_NAMED_MONTH = /^(\d\d?)([ -])([A-Za-z]{3,9})\2(\d{4})(?!\d)/;
const NAMED_MONTH_DAY = /^([A-Za-z]{3,9}) (\d\d?),? (\d{4})(?!\d)/;
const TIME =
  /^(?:[Tt ]|, ?)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([AaPp])[Mm])?(?: ?(?:(Z|z|UTC|GMT)|([+-])(\d\d)(?::?(\d\d))?))?$/;
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/** The readings of a date, with or without a time of day; null where the text is neither. */
export function scanDate(text: string): ScannedDate | null {
  if (text.length < SHORTEST || text.length > LONGEST) return null;
  const lead = text.charCodeAt(0);
  const found = lead >= 48 && lead <= 57 ? scanDigits(text) : scanNamedMonthDay(text);
  if (found === null || found.readings.length === 0) return null;
  if (found.length === text.length) return { readings: found.readings, time: null };
  const time = scanTime(text.slice(found.length));
  return time === null ? null : { readings: found.readings, time };
}

/** The days of `text` in one format: null where it does not fit. */
export function daysIn(scanned: ScannedDate, format: DateFormat): number | null {
  for (const reading of scanned.readings) if (reading.format === format) return reading.days;
  return null;
}

/** The wall clock as if it were UTC, in epoch milliseconds. */
export function wallClock(days: number, time: ScannedTime): number {
  return days * DAY_MS + time.ofDay;
}

interface Found {
  readonly readings: ScannedDate["readings"];
  /** Characters of the date. */
  readonly length: number;
}

function scanDigits(text: string): Found | null {
  const iso = isoDays(text);
  if (iso !== null) return { readings: [{ format: "y-m-d", days: iso }], length: ISO_LENGTH };
  let match = YEAR_FIRST.exec(text);
  if (match !== null) {
    const days = daysFromDate(Number(match[1]), Number(match[3]), Number(match[4]));
    return { readings: readings([`y${match[2]}m${match[2]}d`, days]), length: match[0].length };
  }
  match = YEAR_LAST.exec(text);
  if (match !== null) {
    const [first, second, year] = [Number(match[1]), Number(match[3]), Number(match[4])];
    const separator = match[2];
    const dayFirst = daysFromDate(year, second, first);
    const monthFirst = daysFromDate(year, first, second);
    return {
      readings: readings([`d${separator}m${separator}y`, dayFirst], [`m${separator}d${separator}y`, monthFirst]),
      length: match[0].length,
    };
  }
  match = DAY_NAMED_MONTH.exec(text);
  if (match === null) return null;
  const days = daysFromDate(Number(match[4]), monthOf(match[3]!), Number(match[1]));
  return { readings: readings([`d${match[2]}mon${match[2]}y`, days]), length: match[0].length };
}

/** The most common form without a pattern: ten characters `YYYY-MM-DD`, no digit after them. */
function isoDays(text: string): number | null {
  if (text.charCodeAt(4) !== HYPHEN || text.charCodeAt(7) !== HYPHEN || isDigit(text.charCodeAt(ISO_LENGTH)))
    return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, ISO_LENGTH);
  return year < 0 || month < 0 || day < 0 ? null : daysFromDate(year, month, day);
}

/** The number that the characters are, or -1 where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (!isDigit(unit)) return -1;
    value = value * 10 + unit - 48;
  }
  return value;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function scanNamedMonthDay(text: string): Found | null {
  const match = NAMED_MONTH_DAY.exec(text);
  if (match === null) return null;
  const days = daysFromDate(Number(match[3]), monthOf(match[1]!), Number(match[2]));
  return { readings: readings(["mon d, y", days]), length: match[0].length };
}

function readings(...candidates: [format: string, days: number | null][]): ScannedDate["readings"] {
  const fitting: { format: DateFormat; days: number }[] = [];
  for (const [format, days] of candidates) if (days !== null) fitting.push({ format: format as DateFormat, days });
  return fitting;
}

/** 1 to 12, or 0 for a word that names no month. */
function monthOf(word: string): number {
  const name = word.toLowerCase();
  if (name === "sept") return 9;
  return MONTHS.findIndex((month) => month === name || (name.length === 3 && month.startsWith(name))) + 1;
}

function scanTime(text: string): ScannedTime | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const hour = hourOf(Number(match[1]), match[5]);
  const ofDay = hour === null ? null : timeOfDay(hour, Number(match[2]), Number(match[3] ?? 0), match[4] ?? "");
  if (ofDay === null) return null;
  if (match[7] === undefined) return { ofDay, offset: match[6] === undefined ? null : 0 };
  const [hours, minutes] = [Number(match[8]), Number(match[9] ?? 0)];
  if (hours > 18 || minutes > 59) return null;
  return { ofDay, offset: (match[7] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000 };
}

/** The hour on a clock of 24; null where a clock of 12 has no such hour. */
function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
}
