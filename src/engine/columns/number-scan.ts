/** The inner loops over numbers: `out` holds the rows to look at and keeps those that match. */
import { bitCount, type Words } from "../bitmap/words.ts";
import type { Spans } from "./column.ts";
import type { NumberArray } from "./number-code.ts";

/** With fewer rows than this left in a word of 32, they are looked at one by one. */
export const FEW = 8;

/** Keeps the rows with `low <= value <= high`. Rows beyond the values are dropped. */
export function scanInSpan(values: NumberArray, low: number, high: number, out: Words): void {
  const words = values.length >>> 5;
  for (let word = 0; word < words; word++) {
    const wanted = out[word] as number;
    if (wanted === 0) continue;
    if (bitCount(wanted) < FEW) out[word] = fewInSpan(values, low, high, word << 5, wanted);
    else out[word] = wanted & wordInSpan(values, low, high, word << 5);
  }
  out.fill(0, words);
}

function wordInSpan(values: NumberArray, low: number, high: number, base: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) {
    const value = values[base + bit] as number;
    // No branch: at a selectivity of a half, mispredicted ones cost five times as much as the comparisons.
    bits |= (Number(value >= low) & Number(value <= high)) << bit;
  }
  return bits;
}

function fewInSpan(values: NumberArray, low: number, high: number, base: number, wanted: number): number {
  let bits = 0;
  for (let rest = wanted; rest !== 0; rest &= rest - 1) {
    const bit = 31 - Math.clz32(rest & -rest);
    const value = values[base + bit] as number;
    bits |= (Number(value >= low) & Number(value <= high)) << bit;
  }
  return bits;
}

/** Keeps the rows whose value lies in one of many spans, by halving. */
export function scanInSpans(values: NumberArray, spans: Spans, out: Words): void {
  const bounds = Float64Array.from(spans);
  const words = values.length >>> 5;
  for (let word = 0; word < words; word++) {
    let rest = out[word] as number;
    while (rest !== 0) {
      const bit = 31 - Math.clz32(rest & -rest);
      rest &= rest - 1;
      if (!inSpans(bounds, values[(word << 5) + bit] as number)) (out[word] as number) &= ~(1 << bit);
    }
  }
  out.fill(0, words);
}

/** Whether a value lies in one of the spans (ascending, disjoint, bounds included). */
export function inSpans(spans: ArrayLike<number>, value: number): boolean {
  let low = 0;
  let high = spans.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[2 * middle + 1] as number) < value) low = middle + 1;
    else high = middle;
  }
  return 2 * low < spans.length && (spans[2 * low] as number) <= value;
}
