/** The results of one aggregate for every record of a shard. */
import { CHUNK_BITS, CHUNK_WORDS, type Words } from "../bitmap/words.ts";
import { matcherOf } from "../plan/matchers.ts";
import type { RelatedCondition } from "../plan/plan.ts";
import { FieldView } from "../plan/row-view.ts";
import type { Moment } from "../plan/surroundings.ts";
import { boundPredicate } from "../predicates/window.ts";
import type { TypedValue } from "../values/types.ts";

/** Numbers, days or instants by row; NaN is empty. Rows beyond the end have no related records. */
export interface NumberResults {
  readonly kind: "numbers";
  readonly values: Float64Array | Uint32Array;
  readonly nothing: number | null;
}

/** Any values, by row; rows that are not in it have no related records. */
export interface AnyResults {
  readonly kind: "any";
  readonly values: ReadonlyMap<number, TypedValue>;
  readonly nothing: number | null;
}

export type Results = NumberResults | AnyResults;

export function resultOf(results: Results, row: number): TypedValue {
  if (results.kind === "any") return results.values.has(row) ? (results.values.get(row) ?? null) : results.nothing;
  const value = results.values[row];
  if (value === undefined) return results.nothing;
  return Number.isNaN(value) ? null : value;
}

/** Whether a result passes the condition's test. Never where it is empty. */
export function passes(condition: RelatedCondition, result: TypedValue, moment: Moment): boolean {
  return result !== null && matcherOf(condition, moment).matchesValue(new FieldView(result));
}

/** `out` = the rows of `mask` in the chunk whose result passes. */
export function scanResults(
  condition: RelatedCondition,
  results: Results,
  chunk: number,
  mask: Words,
  out: Words,
  moment: Moment,
): void {
  const { predicate } = boundPredicate(condition.predicate, moment);
  const base = chunk << CHUNK_BITS;
  const [low = 1, high = 0] = predicate.kind === "spans" && predicate.spans.length === 2 ? predicate.spans : [];
  const isSpan = predicate.kind === "spans" && predicate.spans.length === 2;
  if (results.kind === "numbers" && isSpan) {
    scanSpan(results, base, low, high, mask, out);
    return;
  }
  for (let word = 0; word < CHUNK_WORDS; word++) {
    let bits = 0;
    for (let rest = mask[word] as number; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest);
      if (passes(condition, resultOf(results, base + word * 32 + bit), moment)) bits |= 1 << bit;
    }
    out[word] = bits;
  }
}

function scanSpan(
  { values, nothing }: NumberResults,
  base: number,
  low: number,
  high: number,
  mask: Words,
  out: Words,
) {
  const beyond = nothing !== null && nothing >= low && nothing <= high;
  for (let word = 0; word < CHUNK_WORDS; word++) {
    const wanted = mask[word] as number;
    const first = base + word * 32;
    let bits = 0;
    if (wanted === 0) bits = 0;
    else if (first + 32 <= values.length) {
      for (let bit = 0; bit < 32; bit++) {
        const value = values[first + bit] as number;
        bits |= (value >= low && value <= high ? 1 : 0) << bit;
      }
    } else {
      for (let bit = 0; bit < 32; bit++) {
        const value = values[first + bit];
        const hit = value === undefined ? beyond : value >= low && value <= high;
        bits |= (hit ? 1 : 0) << bit;
      }
    }
    out[word] = wanted & bits;
  }
}
