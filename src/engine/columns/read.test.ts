/** Reading many values of a column at once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasBit } from "../bitmap/words.ts";
import { texts } from "../testing/arbitraries.ts";
import type { TypedValue } from "../values/types.ts";
import { columnOfValues } from "./build.ts";
import type { Column, ListColumn, NumberColumn, TextColumn } from "./column.ts";
import { PackedChunk } from "./packed.ts";

const BLOCK = 64;

/** From a row where a column's values end to one where there are none. */
const FIRSTS = [0, 32, 64, 256, 320, 65_536 - BLOCK];

function writeSome(column: Column, values: TypedValue[], changes: readonly (readonly [number, TypedValue])[]): Column {
  let written = column;
  for (const [index, value] of changes) {
    written = written.set(index, value);
    values[index] = value;
  }
  return written;
}

describe("bulk reads", () => {
  const anyNumbers = fc.constantFrom(
    fc.option(fc.integer({ min: -100, max: 100 })),
    fc.option(fc.integer({ min: -30_000, max: 30_000 })),
    fc.option(fc.integer()),
    fc.option(fc.integer({ min: -9_999_999, max: 9_999_999 }).map((cents) => cents / 100)),
    fc.option(fc.nat(2_000_000).map((minutes) => 1.6e12 + minutes * 60_000)),
    // A column does not tell −0 from 0.
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
  );

  test("M3 numbers read as a block are those of the rows, and lie within what the column says of them", () => {
    const anyCase = anyNumbers.chain((number) =>
      fc.tuple(fc.array(number, { maxLength: 300 }), fc.array(fc.tuple(fc.nat(299), number), { maxLength: 5 })),
    );
    fc.assert(
      fc.property(anyCase, ([before, changes]) => {
        const values: TypedValue[] = [...before];
        const column = writeSome(columnOfValues({ type: "number" }, before), values, changes) as NumberColumn;
        const out = new Float64Array(BLOCK);
        for (const first of FIRSTS) {
          column.readNumbers(first, out.fill(7));
          for (let i = 0; i < BLOCK; i++) expect(out[i]).toBe(values[first + i] ?? Number.NaN);
        }
        for (const first of column.decimals === null ? [] : FIRSTS) {
          column.readWhole(first, out.fill(7));
          for (let i = 0; i < BLOCK; i++) {
            expect(out[i]).toBe(
              0 + Math.round(((values[first + i] as number) ?? Number.NaN) * 10 ** (column.decimals ?? 0)),
            );
          }
        }
        const present = values.filter((value) => value != null) as number[];
        for (const value of present) {
          expect(Math.abs(value)).toBeLessThanOrEqual(column.bound);
          if (column.decimals !== null) expect(Number(value.toFixed(column.decimals))).toBe(value);
        }
      }),
    );
  });

  const anyText = fc.option(fc.constantFrom(...texts.filter((text) => text.trim() !== ""), "plain", "ascii only"));

  test.each(["dictionary", "packed"])("M3 texts read as a block are those of the rows: %s", (encoding) => {
    const someTexts = fc.oneof(
      fc.array(anyText, { maxLength: 300 }),
      fc.array(fc.option(fc.constantFrom("a", "bc")), { maxLength: 300 }),
    );
    const anyCase = fc.tuple(
      someTexts,
      fc.array(fc.tuple(fc.nat(299), anyText), { maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
    );
    fc.assert(
      fc.property(anyCase, ([before, changes, bits]) => {
        const values: TypedValue[] = [...before];
        const built = encoding === "packed" ? PackedChunk.build(before) : columnOfValues({ type: "text" }, before);
        const column = writeSome(built, values, changes) as TextColumn;
        expect(column.encoding).toBe(encoding);
        const codes = new Uint32Array(BLOCK);
        for (const first of FIRSTS) {
          const mask = Uint32Array.from({ length: BLOCK / 32 }, () => bits.next().value);
          const distinct = column.readTexts(first, mask, codes.fill(9));
          for (let i = 0; i < BLOCK; i++) {
            if (!hasBit(mask, i)) continue;
            expect(codes[i] === 0 ? null : distinct[(codes[i] as number) - 1]).toBe(values[first + i] ?? null);
          }
        }
      }),
    );
  });

  test("M3 lengths of lists read as a block are those of the rows", () => {
    const anyList = fc.option(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }));
    const anyCase = fc.tuple(
      fc.array(anyList, { maxLength: 300 }),
      fc.array(fc.tuple(fc.nat(299), anyList), { maxLength: 5 }),
    );
    fc.assert(
      fc.property(anyCase, ([before, changes]) => {
        const values: TypedValue[] = [...before];
        const column = writeSome(columnOfValues({ type: "text_array" }, before), values, changes) as ListColumn;
        const out = new Float64Array(BLOCK);
        for (const first of FIRSTS) {
          column.readLengths(first, out.fill(7));
          for (let i = 0; i < BLOCK; i++) {
            expect(out[i]).toBe((values[first + i] as readonly string[] | null | undefined)?.length ?? Number.NaN);
          }
        }
      }),
    );
  });
});
