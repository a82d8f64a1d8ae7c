/** Numbers, days and instants between bounds. All bounds are included; open ones are moved to the next double. */
import { inSpans } from "../columns/number-scan.ts";
import { type Matcher, wrongFamily } from "./matcher.ts";
import type { PredicateOf } from "./predicate.ts";

export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Stands for no bound: every stored number is finite. Kept finite so that predicates survive JSON. */
export const LOWEST = -Number.MAX_VALUE;
export const HIGHEST = Number.MAX_VALUE;

/** Ascending, empty spans left out, overlapping ones joined. */
export function spansPredicate(spans: readonly Span[]): PredicateOf<"spans"> {
  const sorted = spans.filter(({ low, high }) => low <= high).sort((a, b) => a.low - b.low);
  const joined: number[] = [];
  for (const { low, high } of sorted) {
    const last = joined.length - 1;
    if (last > 0 && low <= (joined[last] as number)) joined[last] = Math.max(joined[last] as number, high);
    else joined.push(low, high);
  }
  return { kind: "spans", spans: joined };
}

export function spansMatcher({ spans }: PredicateOf<"spans">): Matcher {
  const [low = 1, high = 0] = spans;
  const matches = spans.length <= 2 ? (x: number) => x >= low && x <= high : (x: number) => inSpans(spans, x);
  return {
    matchesValue: (view) => matches(view.value as number),
    scan: (column, mask, out) =>
      column.family === "number" ? column.scanSpans(spans, mask, out) : wrongFamily(column),
  };
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The smallest double above `value`. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  double[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return double[0];
}

/** The largest double below `value`. */
export function nextDown(value: number): number {
  return -nextUp(-value);
}
