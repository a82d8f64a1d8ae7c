/** Functions on dates. A datetime counts as its local date. */
import type { FormulaFunction } from "./function.ts";

const partOf = (name: "year" | "month" | "weekday", summary: string): FormulaFunction => ({
  name,
  signature: `${name}(date)`,
  summary,
  least: 1,
  most: 1,
  check: (call) => call.make(name, "number", [call.day(0)]),
});

export const year = partOf("year", "The year of a date.");
export const month = partOf("month", "The month of a date, from 1 to 12.");
export const weekday = partOf("weekday", "The day of the week, from 1 for Monday to 7 for Sunday.");

export const daysBetween: FormulaFunction = {
  name: "days_between",
  signature: "days_between(from, to)",
  summary: "How many days lie between two dates; negative where the second is earlier.",
  least: 2,
  most: 2,
  check: (call) => call.make("days_between", "number", [call.day(0), call.day(1)]),
};

export const daysSince: FormulaFunction = {
  name: "days_since",
  signature: "days_since(date)",
  summary: "How many days have passed since a date; negative where it lies ahead.",
  least: 1,
  most: 1,
  check: (call) => call.make("days_between", "number", [call.day(0), call.make("today", "date", [])]),
};

export const today: FormulaFunction = {
  name: "today",
  signature: "today()",
  summary: "Today's date.",
  least: 0,
  most: 0,
  check: (call) => call.make("today", "date", []),
};

export const now: FormulaFunction = {
  name: "now",
  signature: "now()",
  summary: "This instant, to compare with dates that have a time.",
  least: 0,
  most: 0,
  check: (call) => call.make("now", "datetime", []),
};
