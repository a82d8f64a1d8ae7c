/**
 * What the primitives do to single values; the row evaluator and the chunk evaluator both run these. Numbers, dates
 * and datetimes are doubles in which NaN is empty; texts and truths are null where empty.
 */
import { isBlank } from "../../values/blank.ts";
import { formatDate } from "../../values/calendar.ts";
import { numberText } from "../../values/number.ts";
import type { CallName, ExprType } from "../expr.ts";
import { monthOf, weekdayOf, yearOf } from "./days.ts";
import { add, divide, multiply, remainder, subtract } from "./decimal.ts";
import { domainOf } from "./domain.ts";

type Table<Work> = Readonly<Partial<Record<CallName, Work>>>;

export const ofNumber: Table<(x: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  year: yearOf,
  month: monthOf,
  weekday: weekdayOf,
};

export const ofNumbers: Table<(x: number, y: number) => number> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": remainder,
  days_between: (from, to) => to - from,
  min: (x, y) => (x < y || Number.isNaN(y) ? x : y),
  max: (x, y) => (x > y || Number.isNaN(y) ? x : y),
};

export const ofText: Table<(text: string) => string | null> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  domain: domainOf,
};

export type TextTest = (folded: string, part: string) => boolean;

/** On folded texts. */
export const textTests: Table<TextTest> = {
  "==": (a, b) => a === b,
  contains: (text, part) => text.includes(part),
  starts_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
};

const BEYOND = /[\ud800-\udbff]/;

/** How many letters, counted as code points. */
export function lettersIn(text: string): number {
  if (!BEYOND.test(text)) return text.length;
  let letters = text.length;
  for (let i = 0; i < text.length - 1; i++) if (text.charCodeAt(i) >>> 10 === 0x36) letters--;
  return letters;
}

/** Blank text is empty, whatever made it. */
export const textOrEmpty = (text: string): string | null => (isBlank(text) ? null : text);

/** What `concat` makes of a number or a date; nothing of an empty one. */
export function numberAsText(type: ExprType, value: number): string {
  if (Number.isNaN(value)) return "";
  return type === "date" ? formatDate(value) : numberText(value);
}

/** The work that a table holds for a primitive; that it is there was checked when the formula was parsed. */
export function workOf<Work>(table: Table<Work>, name: CallName): Work {
  const work = table[name];
  if (work === undefined) throw new TypeError(`${name} is not evaluated this way`);
  return work;
}
