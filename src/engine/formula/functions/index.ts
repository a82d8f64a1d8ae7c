/** Every function of the language. */
import { choose, coalesce, isEmpty } from "./choices.ts";
import { daysBetween, daysSince, month, now, today, weekday, year } from "./dates.ts";
import type { FormulaFunction } from "./function.ts";
import { abs, ceil, floor, max, min, round } from "./numbers.ts";
import { concat, contains, domain, endsWith, length, lower, startsWith, upper } from "./texts.ts";

export const FORMULA_FUNCTIONS: readonly FormulaFunction[] = [
  choose,
  coalesce,
  isEmpty,
  lower,
  upper,
  length,
  concat,
  contains,
  startsWith,
  endsWith,
  domain,
  round,
  floor,
  ceil,
  abs,
  min,
  max,
  daysBetween,
  daysSince,
  year,
  month,
  weekday,
  today,
  now,
];

const byName: ReadonlyMap<string, FormulaFunction> = new Map(FORMULA_FUNCTIONS.map((one) => [one.name, one]));

/** In any case, as `and` and `or` are. */
export const functionNamed = (name: string): FormulaFunction | undefined => byName.get(name.toLowerCase());
