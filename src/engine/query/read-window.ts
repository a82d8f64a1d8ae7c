/** The values of windows over time: `{"n": 30, "unit": "day"}` and the names of periods. */
import { PERIODS, type Period } from "../predicates/predicate.ts";
import { parseNumber } from "../values/number.ts";
import type { FieldType } from "../values/types.ts";
import type { TimeSpan, TimeUnit } from "./ast.ts";
import { MAX_UNITS } from "./limits.ts";
import { isObject, onlyKeys } from "./only-keys.ts";
import { didYouMean, quoted, refuse } from "./refuse.ts";
import { nearest } from "./suggest.ts";

export const TIME_UNITS: readonly TimeUnit[] = ["minute", "hour", "day", "week", "month", "quarter", "year"];

/** `type` is the field's: dates have no minutes and hours. */
export function readTimeSpan(written: unknown, path: string, type: FieldType): TimeSpan {
  if (!isObject(written)) {
    return refuse("invalid_value", path, 'Give a length of time, for example {"n": 30, "unit": "day"}.');
  }
  onlyKeys(written, ["n", "unit"], path);
  const n = readWholeNumber(written.n, `${path}.n`, 1, MAX_UNITS);
  return { n, unit: unitOf(written.unit, `${path}.unit`, type) };
}

function unitOf(written: unknown, path: string, type: FieldType): TimeUnit {
  const unit = TIME_UNITS.find((known) => known === written);
  if (unit === undefined) {
    const hint = typeof written === "string" ? didYouMean(nearest(written, TIME_UNITS)) : "";
    const detail = `${quoted(written)} is no unit of time.${hint} Use one of: ${TIME_UNITS.join(", ")}.`;
    return refuse("invalid_value", path, detail, { choices: TIME_UNITS });
  }
  if (type !== "date" || (unit !== "minute" && unit !== "hour")) return unit;
  const detail = `A date has no time of day, so ${unit}s cannot be counted. Use days or more, or a datetime field.`;
  return refuse("invalid_value", path, detail, { choices: TIME_UNITS.slice(2) });
}

export function readPeriod(written: unknown, path: string): Period {
  const period = PERIODS.find((known) => known === written);
  if (period !== undefined) return period;
  const hint = typeof written === "string" ? didYouMean(nearest(written, PERIODS)) : "";
  const detail = `${quoted(written ?? null)} is no period.${hint} Use one of: ${PERIODS.join(", ")}.`;
  return refuse("invalid_value", path, detail, { choices: PERIODS });
}

/** A whole number between two, as a number or as text that reads as one. */
export function readWholeNumber(written: unknown, path: string, low: number, high: number): number {
  const n = typeof written === "string" ? parseNumber(written) : written;
  if (typeof n === "number" && Number.isInteger(n) && n >= low && n <= high) return n + 0;
  return refuse("invalid_value", path, `Give "n" as a whole number from ${low} to ${high}.`, { low, high });
}
