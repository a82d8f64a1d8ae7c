import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWords, hasBit, type Words } from "../bitmap/words.ts";
import { Planes } from "./planes.ts";

const everyRow = (): Words => emptyWords().fill(0xffffffff, 0, ROWS / 32);

/** Rows at both ends, in the middle of a block, and on its border. */
const ROWS = 4_128;
const someRows = [0, 1, 31, 32, 2_046, 2_047, 2_048, 2_049, 4_000, ROWS - 1];

const anyCase = fc.nat(30).chain((bits) => {
  const top = 2 ** bits - 1;
  const base = fc.integer({ min: -(2 ** 20), max: 2 ** 20 });
  const code = fc.nat(top);
  return fc.record({
    base,
    top: fc.constant(top),
    codes: fc.array(code, { minLength: 1, maxLength: 40 }),
    a: code,
    b: code,
  });
});

function rowsOf(run: (mask: Words, out: Words) => void, mask = everyRow()): number[] {
  const out = emptyWords().fill(0x33333333);
  run(mask, out);
  return Array.from({ length: 65_536 }, (_, row) => row).filter((row) => hasBit(out, row));
}

describe("bit planes", () => {
  test("M30 comparisons of whole words answer as comparisons of each code do", () => {
    fc.assert(
      fc.property(anyCase, ({ base, top, codes, a, b }) => {
        const column = Int32Array.from({ length: ROWS }, (_, row) => base + (codes[row % codes.length] as number));
        const planes = new Planes(column, base, base + top);
        const [low, high] = [base + Math.min(a, b), base + Math.max(a, b)];
        for (const [from, to] of [
          [low, high],
          [low, low],
          [high, Number.POSITIVE_INFINITY],
          [Number.NEGATIVE_INFINITY, low],
          [low - 1, high + 1],
          [base + top + 1, base + top + 9],
          [base - 9, base - 1],
        ] as const) {
          const expected = [...column.keys()].filter(
            (row) => (column[row] as number) >= from && (column[row] as number) <= to,
          );
          expect(rowsOf((mask, out) => planes.between(from, to, mask, out))).toEqual(expected);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("M30 only rows of the mask are answered, and the mask may be the answer", () => {
    const planes = new Planes(
      Uint8Array.from({ length: 4096 }, (_, row) => row & 15),
      0,
      15,
    );
    const mask = emptyWords();
    for (let word = 0; word < mask.length; word += 3) mask[word] = 0x0f0f0f0f;
    const expected = rowsOf((rows, out) => planes.between(3, 9, rows, out), mask.slice());
    expect(expected.every((row) => hasBit(mask, row) && (row & 15) >= 3 && (row & 15) <= 9)).toBe(true);
    expect(expected.length).toBeGreaterThan(100);
    planes.between(3, 9, mask, mask);
    expect(rowsOf((_, out) => out.set(mask))).toEqual(expected);
  });

  test("M30 patches follow, and a code that needs another plane is told", () => {
    fc.assert(
      fc.property(anyCase, ({ base, top, codes, a }) => {
        const column = Int32Array.from({ length: ROWS }, (_, row) => base + (codes[row % codes.length] as number));
        const planes = new Planes(column, base, base + top);
        for (const row of someRows) {
          expect(planes.set(row, base + a)).toBe(true);
          column[row] = base + a;
        }
        const expected = [...column.keys()].filter((row) => column[row] === base + a);
        expect(rowsOf((mask, out) => planes.equal(base + a, mask, out))).toEqual(expected);
        expect([planes.set(0, base - 1), planes.set(0, base + top + 1), planes.set(60_000, base)]).toEqual([
          false,
          false,
          false,
        ]);
      }),
      { numRuns: 25 },
    );
  });
});
