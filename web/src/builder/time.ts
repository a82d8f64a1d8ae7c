/** Relative time: lengths before and after now, and periods of the calendar. */
import type { FieldType } from "../api/datasets.ts";

export interface Span {
  /** As typed until it reads as a number. */
  readonly n: number | string;
  readonly unit: string;
}

export const FIRST_SPAN: Span = { n: 30, unit: "day" };

const UNITS = ["minute", "hour", "day", "week", "month", "quarter", "year"] as const;

/** Minutes and hours mean nothing on a date. */
export function unitsFor(type: FieldType, inUse: string): readonly string[] {
  return UNITS.filter((unit) => unit === inUse || type === "datetime" || (unit !== "minute" && unit !== "hour"));
}

export const unitLabel = (unit: string, n: number | string) => (Number(n) === 1 ? unit : `${unit}s`);

const PERIODS = [
  ["today", "yesterday", "tomorrow"],
  ["this_week", "last_week"],
  ["this_month", "last_month"],
  ["this_quarter", "last_quarter"],
  ["this_year", "last_year"],
].flat();

export const periods: readonly { value: string; label: string }[] = PERIODS.map((value) => ({
  value,
  label: value.replaceAll("_", " "),
}));

export function isSpan(value: unknown): value is Span {
  return typeof value === "object" && value !== null && "n" in value && "unit" in value;
}

export const isWhole = (n: unknown) => Number.isInteger(Number(n)) && Number(n) > 0 && n !== "" && n !== null;
