/** Aggregates for all records at once, for each by itself, and by the obvious way: one answer. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWords, setBit } from "../bitmap/words.ts";
import { buildColumn } from "../columns/build.ts";
import type { Column } from "../columns/column.ts";
import type { AggregateSpec, Plan } from "../plan/plan.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, FieldType, TypedValue } from "../values/types.ts";
import { type Accumulator, accumulatorFor, anyAccumulator } from "./accumulate.ts";
import { amountsOf } from "./amounts.ts";
import { ExactSum, scaledInteger } from "./exact-sum.ts";
import { newFold } from "./fold.ts";
import { resultOf } from "./values.ts";

const everything: Plan = {
  conditions: [],
  tree: { kind: "and", children: [], negated: false },
  fields: [],
  segments: [],
  relations: [],
};

interface Child {
  readonly parent: number;
  readonly cells: readonly Cell[];
  readonly counts: boolean;
}

const TYPES: FieldType[] = ["number", "date", "text", "boolean"];
const FNS = ["count", "count_distinct", "sum", "average", "min", "max", "first", "last"] as const;
const PARENTS = 5;

const amount = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map((n) => n / 100),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0.1, 0.2, 0.3, 1e15, -1e15, 9007199254740991, 1e21, 0.1234567, 1e-9, 123456.789012, -0.000001),
);
const cellsOf = fc.tuple(
  fc.option(amount, { nil: null }),
  fc.option(fc.constantFrom("2026-01-01", "2026-01-02", "2026-02-01"), { nil: null }),
  fc.option(fc.constantFrom("a", "b", "B"), { nil: null }),
  fc.option(fc.boolean(), { nil: null }),
);
const children = fc.array(
  fc.record({ parent: fc.integer({ min: -1, max: PARENTS - 1 }), cells: cellsOf, counts: fc.boolean() }),
  { maxLength: 40 },
);
const specs = fc
  .record({ fn: fc.constantFrom(...FNS), of: fc.nat(3), order: fc.nat(3) })
  .map(({ fn, of, order }): AggregateSpec => {
    const field = fn === "sum" || fn === "average" ? 0 : of;
    const isOrdered = fn === "first" || fn === "last";
    return {
      ...{ key: "k", relation: "r", fn, filter: everything },
      of: fn === "count" ? null : { field, type: TYPES[field] as FieldType },
      order_by: isOrdered ? { field: order, type: TYPES[order] as FieldType } : null,
    };
  });

/** The obvious way, with decimals as fractions of big integers. */
function naive(spec: AggregateSpec, records: readonly (Child & { key: string })[]): TypedValue {
  const { fn, of, order_by } = spec;
  const value = (one: Child) => (of ? typedValue(of, one.cells[of.field]) : null);
  const values = records.map(value).filter((one) => one !== null);
  if (fn === "count") return records.length;
  if (fn === "count_distinct") return new Set(values.map(String)).size;
  if (fn === "sum") return nearestTo(values as number[], 1);
  if (fn === "average") return values.length === 0 ? null : nearestTo(values as number[], values.length);
  const order = (one: Child): TypedValue => (order_by ? typedValue(order_by, one.cells[order_by.field]) : value(one));
  const placed = records.filter((one) => order(one) !== null);
  placed.sort((a, b) => {
    const [x, y] = [order(a) as number, order(b) as number];
    return x === y ? (a.key < b.key ? -1 : 1) : x < y ? -1 : 1;
  });
  const found = fn === "first" || fn === "min" ? placed[0] : placed.at(-1);
  return found ? value(found) : null;
}

/** The double nearest to the exact average: the better of the candidates around a rough one. */
function nearestTo(values: readonly number[], count: number): number {
  const PLACES = 40;
  const exact = values.reduce((sum, value) => sum + fraction(value, PLACES), 0n);
  let best = Number(exact) / 10 ** PLACES / count;
  const distance = (x: number) => {
    const d = exactly(x) * BigInt(count) * 10n ** BigInt(PLACES) - (exact << 1100n);
    return d < 0n ? -d : d;
  };
  for (let improved = true; improved; ) {
    improved = false;
    for (const other of [next(best, 1), next(best, -1)]) {
      const [d, e] = [distance(other), distance(best)];
      if (d < e || (d === e && isEven(other) && !isEven(best))) [best, improved] = [other, true];
    }
  }
  return best + 0;
}

function fraction(value: number, places: number): bigint {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", digits = ""] = mantissa.split(".");
  return BigInt(whole + digits) * 10n ** BigInt(places - digits.length + Number(exponent));
}

function isEven(x: number): boolean {
  return ((new BigInt64Array(Float64Array.of(x).buffer)[0] as bigint) & 1n) === 0n;
}

/** A double times 2^1100, exactly. */
function exactly(x: number): bigint {
  let [mantissa, exponent] = [x, 1100];
  while (!Number.isInteger(mantissa)) [mantissa, exponent] = [mantissa * 2, exponent - 1];
  return BigInt(mantissa) << BigInt(exponent);
}

function next(x: number, by: 1 | -1): number {
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = x;
  if (x === 0) return by * Number.MIN_VALUE;
  bits[0] = (bits[0] as bigint) + BigInt(x > 0 ? by : -by);
  return double[0] as number;
}

function accumulated(spec: AggregateSpec, all: readonly Child[], fold: (parent: number) => TypedValue): TypedValue[] {
  const columns = TYPES.map((type, field) =>
    buildColumn(
      { type },
      all.map(({ cells }) => cells[field]),
    ),
  );
  const words = emptyWords();
  for (const [i, child] of all.entries()) if (child.counts) setBit(words, i);
  const chunk = {
    parents: Int32Array.from(all, ({ parent }) => parent),
    column: (field: number) => columns[field] as Column,
    amounts: (field: number) => amountsOf(columns[field] as Column),
  };
  let accumulator: Accumulator = accumulatorFor(spec, PARENTS);
  if (!accumulator.add(chunk, words)) {
    accumulator = anyAccumulator(spec);
    accumulator.add(chunk, words);
  }
  const results = accumulator.finish();
  return Array.from({ length: PARENTS }, (_, parent) =>
    accumulator.open.has(parent) ? fold(parent) : resultOf(results, parent),
  );
}

describe("aggregates", () => {
  test("R20 all at once, one by one and by the obvious way they are the same", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(specs, children, (spec, all) => {
        const counted = all.map((child, i) => ({ ...child, key: `k${i}` })).filter((child) => child.counts);
        const folded = (parent: number): TypedValue => {
          const fold = newFold(spec.fn);
          for (const child of counted) {
            if (child.parent !== parent) continue;
            const read = (of: AggregateSpec["of"]) => (of ? typedValue(of, child.cells[of.field]) : null);
            fold.add({ value: read(spec.of), order: read(spec.order_by), key: child.key });
          }
          return fold.result;
        };
        const expected = Array.from({ length: PARENTS }, (_, parent) =>
          naive(
            spec,
            counted.filter((child) => child.parent === parent),
          ),
        );
        expect(Array.from({ length: PARENTS }, (_, parent) => folded(parent))).toEqual(expected);
        expect(accumulated(spec, all, folded)).toEqual(expected);
        if (counted.length > 5) seen.add(spec.fn);
      }),
      { numRuns: 1000 },
    );
    expect([...seen].sort()).toEqual([...FNS].sort());
  });

  test("R21 sums are exact whatever the order, in six decimals and beyond 53 bits", () => {
    const sum = (...values: number[]) => {
      const exact = new ExactSum();
      for (const value of values) exact.add(value);
      return exact.sum;
    };
    expect(sum(0.1, 0.2)).toBe(0.3);
    expect(sum(...Array.from({ length: 1000 }, () => 0.1))).toBe(100);
    expect(sum(1e15, 0.000001, -1e15)).toBe(0.000001);
    expect(sum(9007199254740991, 9007199254740991, -9007199254740991, 1)).toBe(9007199254740992);
    expect(sum(1e300, 1, -1e300)).toBe(1);
    expect(Object.is(sum(-1, 1), 0)).toBe(true);
    expect(scaledInteger(1.005, 2)).toBeNaN();
    expect(scaledInteger(1.15, 2)).toBe(115);
  });
});
