import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countWords, emptyWords, hasBit, type Words } from "../bitmap/words.ts";
import { textMatcher } from "../predicates/text.ts";
import { texts } from "../testing/arbitraries.ts";
import { foldText } from "../values/fold.ts";
import type { Cell, FieldType, TypedValue } from "../values/types.ts";
import { buildColumn, columnOfValues, decodeColumn } from "./build.ts";
import type { Column } from "./column.ts";
import { MAX_DICTIONARY } from "./dictionary.ts";
import { findByLoop, findBytes } from "./find-bytes.ts";
import { OVERLAY_LIMIT } from "./overlay.ts";
import { PackedChunk } from "./packed.ts";
import { ColumnStore } from "./store.ts";

const everyRow = (): Words => emptyWords().fill(0xffffffff);

function scan(run: (mask: Words, out: Words) => void, mask = everyRow()): number[] {
  const out = emptyWords().fill(0x5a5a5a5a);
  run(mask, out);
  return Array.from({ length: 65_536 }, (_, i) => i).filter((i) => hasBit(out, i));
}

const presentRows = (column: Column) => scan((mask, out) => column.scanPresent(mask, out));

function rowsInSpan(column: Column, low: number, high: number): number[] {
  if (column.family !== "number") throw new Error(column.family);
  return scan((mask, out) => column.scanSpans([low, high], mask, out));
}

function rowsWith(
  column: Column,
  how: "equals" | "contains" | "starts_with" | "ends_with",
  needles: string[],
  fold: boolean,
  mask = everyRow(),
): number[] {
  return scan((rows, out) => textMatcher({ kind: "text", how, needles, fold }).scan(column, rows, out), mask);
}

const numbers = (cells: Cell[]) => buildColumn({ type: "number" }, cells);

describe("encodings", () => {
  test.each([
    [[1, 127, -128, null], "int8"],
    [[1, 128], "int16"],
    [[-129], "int16"],
    [[32_768], "int32"],
    [[2_147_483_647, -2_147_483_648], "int32"],
    [[2_147_483_648, 2_147_483_649], "int32"],
    [[0, 2 ** 40], "float64"],
    [["0.5", 12, null], "int8"],
    [[0.1, 0.25, 19.99, -7.125], "int16"],
    [[0.1 + 0.2], "float64"],
    [[1e-7], "float64"],
    [[21_474_836.47, 0.01], "int32"],
    [[21_474_836.48, 0.01], "int32"],
    [[Number.MAX_VALUE, 1], "float64"],
    [[], "int8"],
  ])("M3 %j is kept as %s", (cells, encoding) => {
    const column = numbers(cells as Cell[]);
    expect(column.encoding).toBe(encoding);
    expect(cells.map((_, i) => column.get(i))).toEqual(cells.map((cell) => (cell === null ? null : Number(cell))));
  });

  test("M4 a value that does not fit makes the column wider, and the others stay", () => {
    let column = numbers([1, 2, null]);
    for (const [index, value, encoding] of [
      [2, 3, "int8"],
      [1, 300, "int16"],
      [40_000, 100_000, "int32"],
      [0, 0.5, "int32"],
      [5, 2, "int32"],
      [6, 1 / 3, "float64"],
      [7, 2, "float64"],
    ] as const) {
      column = column.set(index, value);
      expect([column.encoding, column.get(index)]).toEqual([encoding, value]);
    }
    expect([0, 1, 2, 5, 40_000, 60_000].map((i) => column.get(i))).toEqual([0.5, 300, 3, 2, 100_000, null]);
    expect(rowsInSpan(column, 2, 300)).toEqual([1, 2, 5, 7]);
    expect(presentRows(column.set(1, null))).toEqual([0, 2, 5, 6, 7, 40_000]);
  });

  test("M4 patches in place keep the object where the width stays", () => {
    const column = numbers([1, 2]);
    expect(column.set(0, 5)).toBe(column);
    expect(rowsInSpan(column, 5, 5)).toEqual([0]);
    expect(rowsInSpan(column, 1, 1)).toEqual([]);
  });

  test("M5 text is laid over and built anew above 2 % of the rows", () => {
    const values = Array.from({ length: 20_000 }, (_, i) => `customer ${i}`);
    let column: Column = columnOfValues({ type: "text" }, values);
    expect(column.encoding).toBe("packed");
    const first = column;
    for (let i = 0; i < OVERLAY_LIMIT; i++) column = column.set(i, "Patched");
    expect(column).toBe(first);
    expect(rowsWith(column, "equals", ["patched"], true)).toHaveLength(OVERLAY_LIMIT);
    column = column.set(30_000, "Patched");
    expect(column).not.toBe(first);
    expect(rowsWith(column, "contains", ["TCH"], false)).toEqual([]);
    expect(rowsWith(column, "contains", ["tch"], true)).toHaveLength(OVERLAY_LIMIT + 1);
    expect([column.get(0), column.get(19_999), column.get(25_000), column.get(30_000)]).toEqual([
      "Patched",
      "customer 19999",
      null,
      "Patched",
    ]);
  });

  test("M5 lists are laid over and built anew, too", () => {
    let column: Column = columnOfValues(
      { type: "text_array" },
      Array.from({ length: 5000 }, (_, i) => [`t${i % 7}`, "all"]),
    );
    const first = column;
    for (let i = 0; i <= OVERLAY_LIMIT; i++) column = column.set(i, i % 2 ? null : ["new", "all"]);
    expect(column).not.toBe(first);
    expect(presentRows(column)).toHaveLength(5000 - Math.ceil(OVERLAY_LIMIT / 2));
    expect([column.get(0), column.get(1), column.get(4999)]).toEqual([["new", "all"], null, ["t1", "all"]]);
  });

  test("M7 few distinct texts are codes, many are packed bytes, and a full dictionary turns into them", () => {
    const some = Array.from({ length: 60_000 }, (_, i) => `v${i % 300}`);
    let column = columnOfValues({ type: "text" }, some);
    expect(column.encoding).toBe("dictionary");
    expect(column.bytes).toBeLessThan(60_000 * 2 + 300 * 100 + 20_000);
    expect(
      columnOfValues(
        { type: "text" },
        Array.from({ length: 60_000 }, (_, i) => `v${i}`),
      ).encoding,
    ).toBe("packed");
    for (let i = 0; i <= MAX_DICTIONARY; i++) column = column.set(i, `new ${i}`);
    expect(column.encoding).toBe("packed");
    expect([column.get(0), column.get(MAX_DICTIONARY), column.get(59_999)]).toEqual([
      "new 0",
      `new ${MAX_DICTIONARY}`,
      "v299",
    ]);
  });
});

describe("codes", () => {
  test("M32 a sorted dictionary finds what a plain look at every text finds, with later entries and case, too", () => {
    const word = fc.stringMatching(/^[abABß]{1,4}$/);
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 60 }),
        fc.array(word, { maxLength: 6 }),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        (values, later, needles) => {
          let column: Column = columnOfValues({ type: "text" }, values);
          const texts = [...values];
          for (const text of later) {
            column = column.set(texts.length, text);
            texts.push(text);
          }
          expect(column.encoding).toBe("dictionary");
          for (const how of ["equals", "starts_with", "ends_with", "contains"] as const) {
            for (const fold of [true, false]) {
              const own = (how === "equals" ? needles : needles.slice(0, 1)).map((needle) =>
                fold ? foldText(needle) : needle,
              );
              const matches = (text: string) =>
                textMatcher({ kind: "text", how, needles: own, fold }).matchesValue({
                  value: text,
                  folded: foldText(text),
                });
              const expected = texts.flatMap((text, row) => (matches(text) ? [row] : []));
              for (let scans = 0; scans < 3; scans++)
                expect([how, fold, rowsWith(column, how, own, fold)]).toEqual([how, fold, expected]);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("M7 every entry of a dictionary is given back, beyond the first 255, too", () => {
    const values = Array.from({ length: 2000 }, (_, i) => `v${i % 400}`);
    const column = columnOfValues({ type: "text" }, values);
    expect(column.encoding).toBe("dictionary");
    expect(values.map((_, i) => column.get(i))).toEqual(values);
    expect(rowsWith(column, "equals", ["v255"], true)).toEqual([255, 655, 1055, 1455, 1855]);
  });
});

describe("answers", () => {
  const cellsOf: Record<FieldType, fc.Arbitrary<TypedValue>> = {
    text: fc.option(fc.constantFrom(...texts.filter((text) => text.trim() !== ""))),
    number: fc.option(
      fc.oneof(fc.integer({ min: -300, max: 300 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
    ),
    date: fc.option(fc.integer({ min: -1000, max: 20_000 })),
    datetime: fc.option(fc.integer({ min: -1e12, max: 2e12 })),
    boolean: fc.option(fc.boolean()),
    text_array: fc.option(fc.array(fc.constantFrom("a", "b", "ß", ""), { minLength: 1, maxLength: 3 })),
  };

  test.each(Object.keys(cellsOf) as FieldType[])(
    "M3 M6 a %s column gives back what was put in, after patches and through bytes",
    (type) => {
      const patch = fc.record({ index: fc.nat(400), value: cellsOf[type] });
      fc.assert(
        fc.property(
          fc.array(cellsOf[type], { maxLength: 300 }),
          fc.array(patch, { maxLength: 40 }),
          fc.boolean(),
          (values, patches, packed) => {
            const model = new Map<number, TypedValue>(values.entries());
            let column: Column =
              packed && type === "text" ? PackedChunk.build(values) : columnOfValues({ type }, values);
            for (const { index, value } of patches) {
              column = column.set(index, value);
              model.set(index, value);
            }
            for (const each of [column, decodeColumn(column.encode())]) {
              for (let i = 0; i < 420; i++) expect(each.get(i)).toEqual(model.get(i) ?? null);
              expect(presentRows(each)).toEqual(
                [...model]
                  .filter(([, value]) => value !== null)
                  .map(([i]) => i)
                  .sort((a, b) => a - b),
              );
            }
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  test("M3 packed bytes find the same texts as codes do, in all rows or in few", () => {
    const values = [...texts, "xsS", "sx", null, "kK", "aca", "c"].filter(
      (text) => text === null || text.trim() !== "",
    );
    const columns = [columnOfValues({ type: "text" }, values), PackedChunk.build(values)];
    const few = emptyWords();
    few[0] = 0b1010_1010_1010;
    for (const needle of ["s", "ss", "xs", "kk", "😀", "ß", "σ", "%", "ac", "i̇", "long long", "𐐨"]) {
      for (const how of ["equals", "contains", "starts_with", "ends_with"] as const) {
        for (const fold of [true, false]) {
          const [codes, packed] = columns.map((column) => rowsWith(column, how, [needle], fold));
          expect([how, needle, fold, packed]).toEqual([how, needle, fold, codes]);
          const sparse = columns.map((column) => rowsWith(column, how, [needle], fold, few));
          expect(sparse[1]).toEqual(sparse[0]);
        }
      }
    }
  });

  test("M33 byte pairs name every row that has the needle, at the first search and at later ones", () => {
    const word = fc.stringMatching(/^[abcAé]{0,9}$/);
    const values = fc.array(fc.option(word), { minLength: 1, maxLength: 90 });
    fc.assert(
      fc.property(values, fc.stringMatching(/^[abcé]{1,4}$/), (texts, needle) => {
        const cells = texts.map((text) => (text === "" ? null : text));
        const column = PackedChunk.build(cells);
        for (let searches = 0; searches < 3; searches++) {
          for (const how of ["equals", "starts_with", "ends_with", "contains"] as const) {
            for (const fold of [true, false]) {
              const view = (text: string) => ({ value: text, folded: foldText(text) });
              const { matchesValue } = textMatcher({ kind: "text", how, needles: [needle], fold });
              const expected = cells.flatMap((text, row) => (text !== null && matchesValue(view(text)) ? [row] : []));
              expect([how, fold, rowsWith(column, how, [needle], fold)]).toEqual([how, fold, expected]);
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test("M3 packed bytes are searched alike where nearly every row matches", () => {
    const values = Array.from({ length: 3000 }, (_, i) => (i % 10 === 9 ? `other ${i}` : `user ${i} user`));
    const expected = values.flatMap((value, i) => (value.includes("user") ? [i] : []));
    expect(rowsWith(PackedChunk.build(values), "contains", ["user"], true)).toEqual(expected);
  });

  test("M3 a text is not found across the border of two cells", () => {
    const column = PackedChunk.build(["abc", "def", "cdc", "dcd"]);
    expect(rowsWith(column, "contains", ["cd"], true)).toEqual([2, 3]);
    expect(rowsWith(column, "contains", ["cdef"], true)).toEqual([]);
  });

  test("M3 long lists find the same in packed bytes", () => {
    const values = Array.from({ length: 500 }, (_, i) => `Key ${i}`);
    const needles = Array.from({ length: 50 }, (_, i) => `key ${i * 20}`);
    expect(rowsWith(PackedChunk.build(values), "equals", needles, true)).toEqual(
      rowsWith(columnOfValues({ type: "text" }, values), "equals", needles, true),
    );
  });

  test("M3 the byte search without the host's help finds the same", () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 60, max: 3 });
    fc.assert(
      fc.property(bytes, fc.uint8Array({ minLength: 1, maxLength: 4, max: 3 }), fc.nat(70), (text, needle, from) => {
        expect(findByLoop(text, needle, from)).toBe(findBytes(text, needle, from));
      }),
    );
  });

  test("M6 a chunk with every row full is encoded below a megabyte, but for long texts", () => {
    const full = Array.from({ length: 65_536 }, (_, i) => i);
    expect(
      columnOfValues(
        { type: "number" },
        full.map((i) => i + 0.5),
      ).encode().length,
    ).toBeLessThan(600_000);
    expect(
      columnOfValues(
        { type: "text" },
        full.map((i) => `v${i % 1000}`),
      ).encode().length,
    ).toBeLessThan(200_000);
  });
});

describe("the store", () => {
  const fields = [
    { id: 0, name: "state", type: "text" },
    { id: 3, name: "spend", type: "number" },
  ] as const;
  const cellsOf = (row: number): Cell[] => [`s${row % 5}`, null, null, row];

  function storeOf(rows: number): {
    store: ColumnStore;
    reads: number[];
    source: (chunk: number) => Iterable<[number, Cell[]]>;
  } {
    const store = new ColumnStore(fields);
    for (let row = 0; row < rows; row++) store.put(row, cellsOf(row));
    const reads: number[] = [];
    function* source(chunk: number): Generator<[number, Cell[]]> {
      reads.push(chunk);
      for (let row = chunk * 65_536; row < Math.min(rows, (chunk + 1) * 65_536); row++) yield [row, cellsOf(row)];
    }
    return { store, reads, source };
  }

  test("M8 chunks are built once, on demand, for all fields in one pass over the rows", () => {
    const { store, reads, source } = storeOf(70_000);
    for (const _ of store.ensure([0, 3], source));
    expect(reads).toEqual([0, 1]);
    store.ensureChunk(1, [0], source);
    expect(reads).toEqual([0, 1]);
    expect([store.chunkCount, store.rowCount]).toEqual([2, 70_000]);
    expect([store.column(3, 1)?.get(5), store.column(0, 1)?.get(5)]).toEqual([65_541, "s1"]);
  });

  test("M8 the least recently used chunks go first, until the rest fits the budget", () => {
    const { store, source } = storeOf(70_000);
    for (const _ of store.ensure([0, 3], source));
    store.column(0, 0);
    const whole = store.bytes;
    store.trim(whole);
    expect(store.bytes).toBe(whole);
    store.trim(whole - 1);
    expect([store.column(3, 0) !== undefined, store.column(0, 0) !== undefined]).toEqual([false, true]);
    store.trim(0);
    expect(store.bytes).toBe(store.present.bytes);
    store.ensureChunk(0, [3], source);
    expect(store.column(3, 0)?.get(7)).toBe(7);
  });

  test("M36 the bytes are those of all loaded chunks, after scans, writes, sorting, replacing and dropping", () => {
    const { store, source } = storeOf(70_000);
    const counted = () =>
      [0, 3].reduce((sum, id) => sum + [0, 1].reduce((all, c) => all + (store.column(id, c)?.bytes ?? 0), 0), 0);
    for (const _ of store.ensure([0, 3], source));
    const loaded = counted();
    expect(store.bytes).toBe(loaded + store.present.bytes);
    const column = store.column(3, 0) as Column;
    for (let i = 0; i < 2; i++) rowsInSpan(column, 5, 9000);
    expect(counted()).toBeGreaterThan(loaded + 65_536);
    expect(store.bytes).toBe(counted() + store.present.bytes);
    for (let row = 0; row < 300; row++) store.put(row, [`new ${row}`, null, null, 0.5]);
    expect(store.bytes).toBe(counted() + store.present.bytes);
    const unsorted = store.bytes;
    expect(store.nextAbove(3, 1, 65_600)).toBe(65_601);
    expect(store.bytes).toBe(unsorted + (70_000 - 65_536) * 2);
    store.setColumn(3, 1, columnOfValues({ type: "number" }, [1]));
    expect(store.bytes).toBe(counted() + store.present.bytes);
    store.drop();
    expect(store.bytes).toBe(store.present.bytes);
  });

  test("M34 the next value above follows writes and removals", () => {
    const { store, source } = storeOf(100);
    store.ensureChunk(0, [3], source);
    expect(store.nextAbove(3, 0, 41)).toBe(42);
    store.remove(42);
    store.put(43, ["x", null, null, 7.25]);
    expect([store.nextAbove(3, 0, 41), store.nextAbove(3, 0, 7), store.nextAbove(3, 0, 99)]).toEqual([44, 7.25, null]);
    expect([store.nextAbove(0, 0, 1), store.nextAbove(3, 5, 1)]).toEqual([null, null]);
  });

  test("M8 a field that has another type now is built anew", () => {
    const { store, source } = storeOf(10);
    store.ensureChunk(0, [0, 3], source);
    store.setFields([fields[0], { id: 3, name: "spend", type: "text" }]);
    expect([store.column(0, 0) !== undefined, store.column(3, 0)]).toEqual([true, undefined]);
    store.ensureChunk(0, [3], source);
    expect(store.column(3, 0)?.get(7)).toBe("7");
  });

  test("M13 a chunk may be loaded a few rows at a time while rows change", () => {
    const { store } = storeOf(100);
    const rows = new Map(Array.from({ length: 100 }, (_, row) => [row, cellsOf(row)]));
    const write = (row: number, cells: Cell[]): void => {
      rows.set(row, cells);
      store.put(row, cells);
    };
    const loader = store.load(0, [0, 3]);
    if (loader === null) throw new Error("nothing to load");
    for (let row = 0; row < 40; row++) loader.add(row, rows.get(row) as Cell[]);
    write(10, ["early", null, null, -10]);
    write(90, ["late", null, null, -90]);
    write(120, ["new", null, null, -120]);
    expect([store.column(0, 0), loader.nextRow]).toEqual([undefined, 40]);
    for (const [row, cells] of rows) if (row >= loader.nextRow) loader.add(row, cells);
    loader.finish();
    expect([10, 39, 40, 90, 120].map((row) => store.column(3, 0)?.get(row))).toEqual([-10, 39, 40, -90, -120]);
    expect(store.load(0, [0, 3])).toBeNull();
  });

  test("M13 a load that another one of the same chunk overtook is dropped", () => {
    const { store, source } = storeOf(10);
    const slow = store.load(0, [0, 3]);
    store.ensureChunk(0, [3], source);
    store.put(3, ["x", null, null, 33]);
    for (const [row, cells] of source(0)) slow?.add(row, cells);
    slow?.finish();
    expect([store.column(3, 0)?.get(3), store.column(0, 0)]).toEqual([33, undefined]);
  });

  test("M3 only the named fields of a changed row are written", () => {
    const { store, source } = storeOf(10);
    store.ensureChunk(0, [0, 3], source);
    store.put(7, ["changed", null, null, 700], [3]);
    expect([store.column(0, 0)?.get(7), store.column(3, 0)?.get(7)]).toEqual(["s2", 700]);
    store.remove(7);
    expect([store.rowCount, countWords(store.present.readWords(0))]).toEqual([9, 9]);
  });
});
