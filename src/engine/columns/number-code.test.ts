import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWords, hasBit } from "../bitmap/words.ts";
import { spansPredicate } from "../predicates/spans.ts";
import { codeFor, encodeNumber, firstCode, lastCode } from "./number-code.ts";
import { NumberChunk } from "./numbers.ts";

const DAY = 86_400_000;
const money = fc.integer({ min: -2e6, max: 2e6 }).map((cents) => cents / 100);
const anyColumn = fc.oneof(
  fc.array(money, { minLength: 1, maxLength: 50 }),
  fc.array(fc.integer({ min: -3, max: 120 }), { minLength: 1, maxLength: 50 }),
  fc.array(
    fc.integer({ min: 0, max: 2e9 }).map((seconds) => seconds * 1000),
    { minLength: 1, maxLength: 50 },
  ),
  fc.array(
    fc.integer({ min: 0, max: 40_000 }).map((days) => days * DAY),
    { minLength: 1, maxLength: 50 },
  ),
  fc.array(
    fc.integer({ min: -1e15, max: 1e15 }).map((n) => n / 1e6),
    { minLength: 1, maxLength: 50 },
  ),
  fc.array(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
    { minLength: 1, maxLength: 50 },
  ),
);

function scan(column: NumberChunk, spans: readonly number[]): number[] {
  const out = emptyWords();
  column.scanSpans(spans, emptyWords().fill(0xffffffff), out);
  return Array.from({ length: 128 }, (_, row) => row).filter((row) => hasBit(out, row));
}

describe("numbers as small integers", () => {
  test("M31 decimals, instants and large numbers are kept as integers that give back the same double", () => {
    expect(codeFor([19.99, 0.1, -3])).toEqual({ encoding: "int16", base: 0, step: 1, scale: 100 });
    expect(codeFor([0.000001, 2])).toMatchObject({ encoding: "int32", scale: 1e6 });
    expect(codeFor([1.68e12, 1.68e12 + 60_000])).toMatchObject({ encoding: "int32", step: 60_000 });
    expect(codeFor([1.7e12, 1.7e12 + 1000])).toMatchObject({ encoding: "int32", step: 1000 });
    expect(codeFor([1.7e12, 1.7e12 + 1])).toMatchObject({ encoding: "int32", step: 1 });
    expect(codeFor([0, 1.7e12 + 1]).encoding).toBe("float64");
    expect(codeFor([1 / 3]).encoding).toBe("float64");
    fc.assert(
      fc.property(anyColumn, (values) => {
        const column = NumberChunk.build(values);
        expect(values.map((_, i) => column.get(i))).toEqual(values);
        const read = new Float64Array(values.length + 10);
        column.readNumbers(0, read);
        expect([...read.subarray(0, values.length)]).toEqual(values);
      }),
    );
  });

  test("M31 bounds between two codes are rounded inwards, exactly", () => {
    fc.assert(
      fc.property(anyColumn, fc.array(money, { minLength: 2, maxLength: 9 }), (values, more) => {
        const code = codeFor(values);
        fc.pre(code.encoding !== "float64");
        for (const bound of [...values, ...values.map((value) => value + 1e-9), ...more]) {
          for (const value of values) {
            const own = encodeNumber(code, value);
            expect([bound, value, own >= firstCode(code, bound)]).toEqual([bound, value, value >= bound]);
            expect([bound, value, own <= lastCode(code, bound)]).toEqual([bound, value, value <= bound]);
          }
        }
      }),
    );
  });

  test("M31 M35 spans find the same rows at the first scan, by planes, after patches, and whatever the code", () => {
    const patch = fc.tuple(fc.nat(60), fc.oneof(money, fc.constant(null), fc.integer({ min: 0, max: 2e12 })));
    fc.assert(
      fc.property(anyColumn, fc.array(patch, { maxLength: 8 }), money, money, (values, patches, a, b) => {
        const model = new Map<number, number | null>(values.entries());
        let column = NumberChunk.build(values);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const point = values[0] as number;
        const { spans } = spansPredicate([
          { low, high },
          { low: high + 1, high: high + 5 },
          { low: point, high: point },
        ]);
        const check = () => {
          for (const pairs of [[low, high], spans, [low, low], [-Number.MAX_VALUE, high], [low, Number.MAX_VALUE]]) {
            const within = (value: number | null) =>
              value !== null &&
              pairs.some((from, i) => i % 2 === 0 && value >= from && value <= (pairs[i + 1] as number));
            const expected = [...model].flatMap(([row, value]) => (within(value) ? [row] : [])).sort((x, y) => x - y);
            expect(scan(column, pairs)).toEqual(expected);
          }
        };
        check();
        for (const [row, value] of patches) {
          column = column.set(row, value);
          model.set(row, value);
          check();
        }
        const { min, max, present } = column.stats;
        const left = [...model.values()].filter((value) => value !== null);
        expect(present).toBe(left.length);
        expect(left.every((value) => value >= (min as number) && value <= (max as number))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
