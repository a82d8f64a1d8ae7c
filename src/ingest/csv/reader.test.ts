import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { csvLine } from "../../platform/csv-line.ts";
import { CsvReader } from "./reader.ts";
import { bytesOf, rangesOf, readAll, readRows } from "./testing.ts";

const cellsOf = async (text: string, columns: number) =>
  (await readRows(text, columns)).records.map(({ cells }) => cells);

describe("records", () => {
  test("F20 LF, CRLF and CR end records, mixed, and the last needs none", async () => {
    expect(await cellsOf("a,b\nc,d\r\ne,f\rg,h", 2)).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
      ["g", "h"],
    ]);
  });

  test("F21 quotes hold delimiters, line breaks and doubled quotes", async () => {
    expect(await cellsOf('"a,b","c\r\nd"\n"say ""hi""",""\n"""",","\n', 2)).toEqual([
      ["a,b", "c\r\nd"],
      ['say "hi"', ""],
      ['"', ","],
    ]);
  });

  test("F22 a quote inside an unquoted cell is an ordinary character", async () => {
    expect(await cellsOf('5" pipe,a"b"c\n "x",y\n', 2)).toEqual([
      ['5" pipe', 'a"b"c'],
      [' "x"', "y"],
    ]);
  });

  test("F23 white space after a closing quote is dropped, other text is kept", async () => {
    expect(await cellsOf('"a" ,"b"\t\n"c"d,"e""f"g"h"\n', 2)).toEqual([
      ["a", "b"],
      ["cd", 'e"fg"h"'],
    ]);
  });

  test("F27 lines of white space are skipped, a quoted empty cell is a row", async () => {
    const { records } = await readRows('\n \na\n\t\n""\n\x1a', 1);
    expect(records.map(({ cells, line }) => [cells[0], line])).toEqual([
      ["a", 3],
      ["", 5],
    ]);
  });

  test("F28 missing cells are empty and such rows are counted", async () => {
    const { records, short } = await readRows("a,b,c\nd\ne,f\n", 3);
    expect(records.map(({ cells }) => cells)).toEqual([
      ["a", "b", "c"],
      ["d", "", ""],
      ["e", "f", ""],
    ]);
    expect(short).toBe(2);
  });

  test("F29 blank extra cells are dropped, others reject the row", async () => {
    const { records, rejects } = await readRows('a,b,, \nc,d,e\n"f",g,"",h\ni,j\n', 2);
    expect(records.map(({ cells }) => cells)).toEqual([
      ["a", "b"],
      ["i", "j"],
    ]);
    expect(rejects).toMatchObject([
      { line: 2, code: "too_many_cells", row: "c,d,e" },
      { line: 3, code: "too_many_cells", row: '"f",g,"",h' },
    ]);
    expect(rejects[0]?.reason).toContain("3 cells");
  });

  test("F12 NUL characters are removed from cells", async () => {
    expect(await cellsOf('a\0b,"c\0"\n', 2)).toEqual([["ab", "c"]]);
  });

  test("F30 lines are counted through quoted line breaks of every kind", async () => {
    const { records } = await readRows('a\n"b\nb\r\nb\rb"\r\nc\r"d\n\n"\ne', 1);
    expect(records.map(({ line }) => line)).toEqual([1, 2, 6, 7, 10]);
    expect(records[1]?.text).toBe('"b\nb\r\nb\rb"');
  });
});

describe("broken records", () => {
  test("F24 a quote left open rejects one line only", async () => {
    const { records, rejects } = await readRows('a,b\nc,"d\ne,f\ng,h\n', 2);
    expect(records.map(({ cells }) => cells)).toEqual([
      ["a", "b"],
      ["e", "f"],
      ["g", "h"],
    ]);
    expect(rejects).toMatchObject([{ line: 2, code: "unclosed_quote", row: 'c,"d' }]);
    expect(rejects[0]?.reason).toContain("column 2");
  });

  test("F24 the record ends with the line in which the quote opened, not the one in which it began", async () => {
    const { records, rejects } = await readRows('"a\nb","c\nd,e\n', 2);
    expect(rejects).toMatchObject([{ line: 1, code: "unclosed_quote", row: '"a\nb","c' }]);
    expect(records).toMatchObject([{ line: 3, cells: ["d", "e"] }]);
  });

  test("F24 a quote open for longer than a record may be is given up", async () => {
    const filler = "x,y\n".repeat(20);
    const { records, rejects } = await readRows(`"a,b\n${filler}c,"d"\n`, 2, { maxRecord: 50 });
    expect(rejects).toMatchObject([{ line: 1, code: "unclosed_quote", row: '"a,b' }]);
    expect(records).toHaveLength(21);
  });

  test("F25 a stray opening quote does not swallow rows up to the next quoted cell", async () => {
    const { records, rejects } = await readRows('1,"a\n2,b\n3,"c, d"\n4,e\n', 2);
    expect(rejects).toMatchObject([{ line: 1, code: "unclosed_quote", row: '1,"a' }]);
    expect(records.map(({ cells }) => cells)).toEqual([
      ["2", "b"],
      ["3", "c, d"],
      ["4", "e"],
    ]);
  });

  test("F26 a record without an end is rejected and reading goes on after its line", async () => {
    const long = "x".repeat(3_000_000);
    const { records, rejects } = await readRows(`a,b\r\n${long},y\r\nc,d\r\n"q",${long}`, 2);
    expect(rejects.map(({ line, code }) => [line, code])).toEqual([
      [2, "record_too_large"],
      [4, "record_too_large"],
    ]);
    expect(records.map(({ cells, line }) => [line, ...cells])).toEqual([
      [1, "a", "b"],
      [3, "c", "d"],
    ]);
  });

  test("F24 F26 a cell of nearly a million characters is a cell, a larger one is not", async () => {
    const row = (length: number) => `1,"${"line, of text\n".repeat(length / 14)}"\n`;
    const fits = await readRows(`${row(1_000_000)}2,b\n`, 2);
    expect(fits.records.map(({ line, cells }) => [line, cells[0]])).toEqual([
      [1, "1"],
      [71_430, "2"],
    ]);
    expect(fits.records[0]?.cells[1]).toHaveLength(999_992);
    const tooLarge = await readRows(`${row(1_100_000)}2,b\n`, 2);
    expect(tooLarge.rejects[0]).toMatchObject({ line: 1, code: "unclosed_quote" });
    expect(tooLarge.records.at(-1)?.cells).toEqual(["2", "b"]);
  });

  test("F31 a rejected row keeps its text, up to a bound", async () => {
    const { rejects } = await readRows(`a,b,${"c".repeat(100_000)}\n"é`, 2);
    expect(rejects.map(({ row }) => row.length)).toEqual([65_536, 2]);
    expect(rejects[1]).toMatchObject({ line: 2, code: "unclosed_quote", row: '"é' });
  });
});

describe("blocks and positions", () => {
  const nasty = fc.string({
    unit: fc.constantFrom("a", "b", ",", '"', '"', "\n", "\r", " ", "é", "😀", "\0", "\ufeff"),
    maxLength: 80,
    size: "max",
  });
  const limits = {
    maxRecord: 20,
    dialect: { encoding: "utf-8", delimiter: ",", columns: 2 },
    offset: 0,
    line: 1,
  } as const;

  test("F32 random block sizes give the same records and rejects", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(nasty, fc.integer({ min: 1, max: 30 }), async (text, blockBytes) => {
        const file = bytesOf(text);
        const whole = await readAll(file, limits);
        expect(await readAll(file, { ...limits, blockBytes })).toEqual(whole);
        for (const { code } of whole.rejects) seen.add(code);
        if (whole.records.some(({ cells }) => cells.some((cell) => /[\n\r]/.test(cell))))
          seen.add("line break in a cell");
      }),
      { numRuns: 1_500 },
    );
    expect([...seen].sort()).toEqual(["line break in a cell", "record_too_large", "too_many_cells", "unclosed_quote"]);
  });

  test("F33 F97 reading from where any batch ended gives the same records", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.integer({ min: 1, max: 3 }), fc.nat(20), async (text, maxRows, maxChars) => {
        const file = bytesOf(text);
        const whole = await readAll(file, limits);
        const pieces = { records: [] as unknown[], rejects: [] as unknown[], short: 0 };
        for (let position = { offset: 0, line: 1 }; ; ) {
          const reader = CsvReader.open(rangesOf(file), { ...limits, bytes: file.length, ...position, blockBytes: 7 });
          const batch = await reader.next(maxRows, maxChars + 1);
          pieces.records.push(...batch.records);
          pieces.rejects.push(...batch.rejects);
          pieces.short += batch.short;
          if (batch.done) break;
          position = { offset: batch.offset, line: batch.line };
        }
        expect(pieces).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  test("F20 F21 well-formed files read as papaparse reads them", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", " ", ",", ";", '"', "\n", "é", "😀"), maxLength: 6 });
    const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });
    const newline = fc.constantFrom("\n", "\r\n");
    let quoted = 0;
    await fc.assert(
      fc.asyncProperty(table, newline, fc.boolean(), async (rows, lineEnd, everywhere) => {
        const text = Papa.unparse(rows, { newline: lineEnd, quotes: everywhere });
        if (text.includes('"')) quoted++;
        const parsed = Papa.parse<string[]>(text, { delimiter: ",", newline: lineEnd });
        expect(parsed.data).toEqual(rows);
        expect(await cellsOf(text, 3)).toEqual(rows);
      }),
      { numRuns: 500 },
    );
    expect(quoted).toBeGreaterThan(100);
  });

  test("F96 what is written reads back as the same cells", async () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "\t", "é", "=", "\ufeff"),
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.gen(), async (columns, gen) => {
        const rows = gen(fc.array, fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 6 });
        const { records, rejects } = await readRows(rows.map(csvLine).join(""), columns);
        expect(rejects).toEqual([]);
        expect(records.map(({ cells }) => cells)).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  test("F11 bytes that are not UTF-8 are question marks and keep offsets right", async () => {
    const file = new Uint8Array([...bytesOf("é,"), 0xff, 0xc3, ...bytesOf("\n😀,b\n"), 0xe2, 0x82]);
    for (const blockBytes of [1, 2, 3, 5, 100]) {
      const { records } = await readAll(file, { ...limits, blockBytes }, 1);
      expect(records.map(({ cells }) => cells)).toEqual([
        ["é", "??"],
        ["😀", "b"],
        ["??", ""],
      ]);
    }
  });

  test("F34 blocks stay small however long the file and its lines are", async () => {
    const line = bytesOf(`1,${"x".repeat(98)}\n`);
    const bytes = 400 * 1_048_576;
    let largest = 0;
    // 400 MB of rows, the second half one line: made as they are asked for.
    const read = async (offset: number, length: number) => {
      largest = Math.max(largest, length);
      const block = new Uint8Array(length);
      for (let at = 0; at < length; at++)
        block[at] = offset + at < bytes / 2 ? line[(offset + at) % line.length]! : 120;
      return block;
    };
    const start = bytes / 2 - ((bytes / 2) % line.length) - 40 * 1_000_000 + ((40 * 1_000_000) % line.length);
    const reader = CsvReader.open(read, { ...limits, maxRecord: 1_048_576, bytes, offset: start, line: 1 });
    let [rows, rejected] = [0, 0];
    for (let done = false; !done; ) {
      const batch = await reader.next(10_000);
      rows += batch.records.length;
      rejected += batch.rejects.length;
      done = batch.done;
    }
    expect(rows).toBeGreaterThan(390_000);
    expect(rejected).toBe(1);
    expect(largest).toBeLessThanOrEqual(2 * 1_048_576);
  });

  test("F36 a stored file that is shorter than its size is a problem", async () => {
    const reader = CsvReader.open(rangesOf(bytesOf("a,b\n")), { ...limits, bytes: 100 });
    await expect(reader.next(10)).rejects.toMatchObject({ problem: { code: "file_cut" } });
  });

  test("F35 random bytes never throw", async () => {
    const encoding = fc.constantFrom("utf-8" as const, "windows-1252" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300, size: "max" }),
        encoding,
        fc.integer({ min: 1, max: 40 }),
        async (file, from, blockBytes) => {
          const dialect = { encoding: from, delimiter: ",", columns: 2 } as const;
          const whole = await readAll(file, { dialect, offset: 0, line: 1 });
          expect(await readAll(file, { dialect, offset: 0, line: 1, blockBytes })).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});
