import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWords, setBit } from "../bitmap/words.ts";
import { NumberChunk } from "./numbers.ts";
import { OVERLAY_LIMIT } from "./overlay.ts";
import { SortedChunk } from "./sorted-chunk.ts";

const anyValue = fc.option(
  fc.oneof(
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: -1e12, max: 2e12 }),
    fc.integer({ min: -500, max: 500 }).map((n) => n / 100),
  ),
);

function between(model: ReadonlyMap<number, number | null>, low: number, high: number): number[] {
  const rows = [...model].flatMap(([row, value]) => (value !== null && value >= low && value <= high ? [row] : []));
  return rows.sort((a, b) => a - b);
}

function above(model: ReadonlyMap<number, number | null>, value: number): number | null {
  const higher = [...model.values()].flatMap((own) => (own !== null && own > value ? [own] : []));
  return higher.length === 0 ? null : higher.reduce((least, own) => Math.min(least, own));
}

describe("sorted chunks", () => {
  test("M34 rows between two values and the next value above are those of a plain look at all rows, while values change", () => {
    const change = fc.tuple(fc.nat(80), anyValue);
    fc.assert(
      fc.property(
        fc.array(anyValue, { maxLength: 60 }),
        fc.array(change, { maxLength: 150, size: "max" }),
        (values, changes) => {
          const model = new Map(values.entries());
          let column = NumberChunk.build(values);
          const sorted = new SortedChunk(column);
          for (const [row, value] of [[-1, null] as const, ...changes]) {
            if (row >= 0) {
              column = column.set(row, value);
              model.set(row, value);
              sorted.changed(row, column);
            }
            for (const bound of [-3, 0, 5, 29, ...values.filter((own) => own !== null).slice(0, 4)]) {
              const found = [...sorted.rowsBetween(bound, bound + 9)].sort((a, b) => a - b);
              expect(found).toEqual(between(model, bound, bound + 9));
              expect(sorted.nextAbove(bound)).toBe(above(model, bound));
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("M34 unchanged rows come by value, equal ones by row", () => {
    const sorted = new SortedChunk(NumberChunk.build([5, 1, null, 5, 1.5, -2]));
    expect([...sorted.rowsBetween(-9, 9)]).toEqual([5, 1, 4, 0, 3]);
    expect([sorted.lowerBound(5), sorted.upperBound(5), sorted.lowerBound(6), sorted.upperBound(-3)]).toEqual([
      3, 5, 5, 0,
    ]);
  });

  test("M34 only rows of the mask count for the next value", () => {
    const sorted = new SortedChunk(NumberChunk.build([1, 2, 3]));
    const mask = emptyWords();
    setBit(mask, 2);
    expect([sorted.nextAbove(1, mask), sorted.nextAbove(1), sorted.nextAbove(3)]).toEqual([3, 2, null]);
  });

  test("M34 above 2 % of changed rows all are sorted again", () => {
    let column = NumberChunk.build(Array.from({ length: 60_000 }, (_, row) => (row * 7919) % 60_000));
    const sorted = new SortedChunk(column);
    const before = sorted.bytes;
    for (let row = 0; row <= OVERLAY_LIMIT; row++) {
      column = column.set(row, 100_000 + row);
      sorted.changed(row, column);
    }
    expect(sorted.bytes).toBe(before);
    expect([...sorted.rowsBetween(100_000, 200_000)]).toEqual(
      Array.from({ length: OVERLAY_LIMIT + 1 }, (_, row) => row),
    );
    expect(sorted.nextAbove(59_999)).toBe(100_000);
  });
});
