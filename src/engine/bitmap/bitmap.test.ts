import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bitmap } from "./bitmap.ts";
import { blockBytes, blockOfWords } from "./block.ts";
import { decodeBlock, encodeBlock } from "./block-codec.ts";
import { emptyWords, setBit, setRange } from "./words.ts";

/** Rows in every form: scattered, in runs, dense; on both sides of chunk borders. */
const anyRows = fc.oneof(
  fc.array(fc.nat(200_000), { maxLength: 60 }),
  fc
    .array(fc.tuple(fc.nat(140_000), fc.nat(20_000)), { maxLength: 4 })
    .map((runs) => runs.flatMap(([from, length]) => range(from, from + length, 1))),
  fc.tuple(fc.nat(70_000), fc.constantFrom(2, 3, 7)).map(([from, step]) => range(from, from + 60_000, step)),
);

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
}

const sorted = (rows: Iterable<number>) => [...rows].sort((a, b) => a - b);

describe("bitmaps", () => {
  test("M9 a bitmap is a set, whatever the form of its blocks", () => {
    const change = fc.record({ row: fc.nat(200_000), add: fc.boolean() });
    fc.assert(
      fc.property(anyRows, fc.array(change, { maxLength: 80 }), (rows, changes) => {
        const bitmap = compacted(rows);
        const model = new Set(rows);
        for (const { row, add } of changes) {
          expect(bitmap.put(row, add)).toBe(add !== model.has(row));
          if (add) model.add(row);
          else model.delete(row);
          expect(bitmap.has(row)).toBe(add);
        }
        expect(bitmap.size).toBe(model.size);
        expect([...bitmap]).toEqual(sorted(model));
      }),
      { numRuns: 60 },
    );
  });

  test("M9 M37 and, or, and-not, overlap and equality are those of sets", () => {
    fc.assert(
      fc.property(anyRows, anyRows, (a, b) => {
        const [left, right] = [compacted(a), compacted(b)];
        const [inA, inB] = [new Set(a), new Set(b)];
        const both = sorted([...inA].filter((row) => inB.has(row)));
        expect([...Bitmap.and(left, right)]).toEqual(both);
        expect(Bitmap.overlap(left, right)).toBe(both.length);
        expect([...Bitmap.or(left, right)]).toEqual(sorted(new Set([...a, ...b])));
        expect([...Bitmap.andNot(left, right)]).toEqual(sorted([...inA].filter((row) => !inB.has(row))));
        expect(left.equals(right)).toBe(inA.size === inB.size && both.length === inA.size);
        expect(left.equals(Bitmap.of(a))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("M9 a block takes the smallest form", () => {
    const words = emptyWords();
    expect(blockOfWords(words)).toMatchObject({ form: "runs", size: 0 });
    for (let i = 0; i < 100; i++) setBit(words, i * 9);
    expect(blockOfWords(words)).toMatchObject({ form: "array", size: 100 });
    for (let i = 0; i < 65_536; i += 2) setBit(words, i);
    expect(blockOfWords(words).form).toBe("bits");
    setRange(words, 0, 65_535);
    expect(blockOfWords(words)).toMatchObject({ form: "runs", size: 65_536 });
    expect(blockBytes(blockOfWords(words))).toBe(4);
  });

  test("M9 rows that arrive in order stay one run", () => {
    const bitmap = compacted(range(0, 1000, 1));
    for (let row = 1000; row < 60_000; row++) bitmap.add(row);
    expect(bitmap.bytes).toBeLessThan(100);
    expect(bitmap.size).toBe(60_000);
  });

  test("M9 iteration goes on from any row and survives changes", () => {
    const bitmap = Bitmap.of([1, 5, 65_536, 200_000]);
    expect([...bitmap.rows(5)]).toEqual([5, 65_536, 200_000]);
    expect(bitmap.next(200_001)).toBe(-1);
    const seen: number[] = [];
    for (const row of bitmap.rows()) {
      seen.push(row);
      bitmap.remove(row);
    }
    expect([seen, bitmap.size]).toEqual([[1, 5, 65_536, 200_000], 0]);
  });

  test("M9 a clone is independent", () => {
    const bitmap = compacted(range(0, 50_000, 3));
    const copy = bitmap.clone();
    bitmap.add(1);
    bitmap.remove(0);
    expect([copy.has(1), copy.has(0), copy.size]).toEqual([false, true, bitmap.size]);
  });

  test("M10 blocks survive encoding in at most 8,193 bytes", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const bitmap = Bitmap.of(rows);
        const copy = new Bitmap();
        for (let chunk = 0; chunk < bitmap.chunkCount; chunk++) {
          const bytes = bitmap.encodeChunk(chunk);
          expect(bytes?.length ?? 0).toBeLessThanOrEqual(8193);
          if (bytes !== null) copy.decodeChunk(chunk, bytes);
        }
        expect(copy.equals(bitmap)).toBe(true);
        expect(copy.isDirty).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("M10 bytes that are no block are refused", () => {
    for (const bytes of [[], [9], [3, 1, 2], [1, 1], [2, 0, 0]])
      expect(() => decodeBlock(Uint8Array.from(bytes))).toThrow("block");
    const block = blockOfWords(emptyWords());
    expect(decodeBlock(encodeBlock(block)).size).toBe(0);
  });

  test("M11 only changes make a block dirty, and taking them cleans", () => {
    const bitmap = Bitmap.of([1, 65_536, 200_000]);
    expect(bitmap.takeDirty()).toEqual([0, 1, 3]);
    bitmap.add(1);
    bitmap.remove(2);
    expect(bitmap.isDirty).toBe(false);
    bitmap.remove(65_536);
    expect(bitmap.takeDirty()).toEqual([1]);
    expect(bitmap.encodeChunk(1)).toBeNull();
    bitmap.setWords(2, emptyWords());
    expect(bitmap.takeDirty()).toEqual([2]);
    bitmap.clear();
    expect(bitmap.takeDirty()).toEqual([0, 3]);
    expect([bitmap.size, [...bitmap]]).toEqual([0, []]);
  });
});

/** A bitmap whose blocks have their smallest form. */
function compacted(rows: Iterable<number>): Bitmap {
  const grown = Bitmap.of(rows);
  const bitmap = new Bitmap();
  for (let chunk = 0; chunk < grown.chunkCount; chunk++) bitmap.setWords(chunk, grown.readWords(chunk));
  return bitmap;
}
