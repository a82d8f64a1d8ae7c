/** Two ways through a file: its bytes to packed columns, and its text through the tokenizer to cells. One result. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cell, packedCells, packTable } from "../../engine/index.ts";
import { homeShard } from "../../shard/home.ts";
import { BlockReader, type ConvertField, CsvReader, type Dialect, makeConverter } from "../csv/index.ts";
import type { RejectedRow } from "../interface.ts";
import { TextRouter } from "./text-batches.ts";

const TYPES = ["text", "number", "boolean", "date", "datetime", "text_array"] as const;

const cell = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "",
      "a",
      "b7",
      "größer",
      "日本",
      " ",
      "\u00a0",
      "x y",
      "  padded ",
      "\x1a",
      "a\0b",
      "\ufeffz",
      "c\u0301",
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "0",
      "-0",
      "+5",
      "7",
      "007",
      "1.50",
      "12.5",
      ".5",
      "5.",
      "1e3",
      "0.0000001",
      "0.000001",
      "-3.25",
      "123456789012345",
      "1234567890123456",
      "99999999.9999999",
      "1.7976931348623157e308",
      "12,5",
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "true",
      "FALSE",
      "True",
      "false",
      "2024-02-29",
      "2023-02-29",
      "2024-1-5",
      "31.12.2024",
      "0000-01-01",
      "2024-05-01T08:30:00Z",
      "2024-05-01T08:30:00.250Z",
      "2024-05-01 08:30",
      "2024-13-01T00:00:00Z",
      "2024-05-01T24:00:00Z",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('["a","b"]', "[]", '["é"]', "[1]") },
  { weight: 2, arbitrary: fc.double({ noNaN: true }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: -99_999, max: 99_999 }).map((n) => String(n / 100)) },
);
/** How a cell may stand in a file. */
const written = fc
  .tuple(cell, fc.constantFrom("plain", "plain", "plain", "quoted", "broken", "open", "spaced", "lines"))
  .map(([text, how]) => {
    if (how === "quoted") return `"${text.replaceAll('"', '""')}"`;
    if (how === "broken") return `${text}"x`;
    if (how === "open") return text.length === 3 ? `"${text}` : `"a""${text}"`;
    if (how === "spaced") return `"${text.replaceAll('"', "")}" `;
    if (how === "lines") return `"${text.replaceAll('"', "")}\r\nx\ny\rz"`;
    return text.replaceAll('"', "");
  });
const file = fc.record({
  types: fc.array(fc.constantFrom(...TYPES), { minLength: 0, maxLength: 4 }),
  key: fc.constantFrom("text", "number", "date") as fc.Arbitrary<"text" | "number" | "date">,
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  rows: fc.array(fc.array(written, { minLength: 1, maxLength: 6 }), { maxLength: 30 }),
  ends: fc.array(fc.constantFrom("\n", "\n", "\r\n", "\r", "\n\n", "\r\n \n"), { minLength: 1, maxLength: 5 }),
  last: fc.boolean(),
  windows: fc.boolean(),
  blockBytes: fc.constantFrom(16, 64, 300, 1 << 20),
  shards: fc.integer({ min: 1, max: 3 }),
  format: fc.constantFrom("y-m-d", "d.m.y"),
});
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

interface Result {
  readonly rows: { readonly shard: number; readonly line: number; readonly key: string; readonly cells: Cell[] }[];
  readonly rejects: RejectedRow[];
  readonly unfit: Map<number, number>;
  readonly count: number;
  readonly end: { readonly offset: number; readonly line: number };
}

function bytesOf({ rows, ends, last, delimiter, windows }: File, width: number): Uint8Array {
  let text = "";
  for (const [at, cells] of rows.entries()) {
    // Most rows are as wide as the header.
    const row =
      at % 5 === 4 ? cells : Array.from({ length: width }, (_, column) => cells[column % cells.length] as string);
    text += row.join(delimiter) + (at < rows.length - 1 || last ? (ends[at % ends.length] as string) : "");
  }
  return windows ? Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff) : new TextEncoder().encode(text);
}

function layoutOf(given: File) {
  const columns = given.types.length + 1;
  const dialect: Dialect = {
    encoding: given.windows ? "windows-1252" : "utf-8",
    delimiter: given.delimiter as ",",
    columns,
  };
  const fields: ConvertField[] = [given.key, ...given.types].map((type, at) => ({
    id: at,
    name: `f${at}`,
    type,
    format: given.format,
  }));
  const kept = fields.filter(({ id }) => id !== 2); // a column without a field
  return { dialect, fields: kept, header: fields.map(({ name }) => name) };
}

async function byText(given: File, bytes: Uint8Array): Promise<Result> {
  const { dialect, fields, header } = layoutOf(given);
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const reader = CsvReader.open(read, { dialect, bytes: bytes.length, offset: 0, line: 1 });
  const { records, rejects, offset, line } = await reader.next(Number.POSITIVE_INFINITY);
  const convert = makeConverter(fields, header, "f0", "Europe/Berlin");
  const rows: Result["rows"] = [];
  const unfit = new Map<number, number>();
  for (const record of records) {
    const converted = convert(record.cells);
    if (converted.key === null) {
      rejects.push({ line: record.line, code: "blank_key", reason: "", row: record.text });
      continue;
    }
    for (const field of converted.unfit) unfit.set(field, (unfit.get(field) ?? 0) + 1);
    const cells: Cell[] = [];
    for (const [id, cell] of converted.pairs) {
      while (cells.length < id) cells.push(null);
      cells[id] = Array.isArray(cell) && cell.length === 0 ? null : cell;
    }
    rows.push({ shard: homeShard(converted.key, given.shards), line: record.line, key: converted.key, cells });
  }
  return {
    rows,
    rejects,
    unfit,
    count: records.length + rejects.filter(({ code }) => code !== "blank_key").length,
    end: { offset, line },
  };
}

async function byBytes(given: File, bytes: Uint8Array): Promise<Result> {
  const { dialect, fields, header } = layoutOf(given);
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const columns = header.map((name) => fields.find((field) => field.name === name) ?? null);
  const options = { dialect, bytes: bytes.length, blockBytes: given.blockBytes };
  const result = {
    rows: [] as Result["rows"],
    rejects: [] as RejectedRow[],
    unfit: new Map<number, number>(),
    count: 0,
  };
  let reader = new BlockReader(read, { ...options, offset: 0, line: 1 });
  let at = { offset: 0, line: 1, done: false };
  for (let block = 0; !at.done; block++) {
    // Every other block is read by a new reader, as after a restart.
    if (block % 2 === 1) reader = new BlockReader(read, { ...options, offset: at.offset, line: at.line });
    const router = new TextRouter({ columns, key: 0, shardCount: given.shards, timeZone: "Europe/Berlin" });
    at = await reader.next((run) => router.take(run));
    result.count += router.records;
    result.rejects.push(...router.rejects);
    for (const part of router.batches) {
      const table = structuredClone(part.rows);
      const { rows, unfit } = packTable(table);
      for (const [id, cells] of unfit) result.unfit.set(id, (result.unfit.get(id) ?? 0) + cells);
      for (let row = 0; row < rows.count; row++) {
        const { line } = part.record(row);
        result.rows.push({ shard: part.shard, line, key: rows.keys.text(row), cells: packedCells(rows, row) });
      }
    }
  }
  return { ...result, end: { offset: at.offset, line: at.line } };
}

const byLine = (a: { line: number }, b: { line: number }) => a.line - b.line;
const trimmed = (cells: readonly Cell[]) => cells.slice(0, cells.findLastIndex((cell) => cell !== null) + 1);

test("I20 I21 read as bytes or as text, in blocks of any size, after restarts too, a file gives the same rows and rejects", async () => {
  let rows = 0;
  await fc.assert(
    fc.asyncProperty(file, async (given) => {
      const bytes = bytesOf(given, given.types.length + 1);
      const expected = await byText(given, bytes);
      const found = await byBytes(given, bytes);
      const plain = ({ rows }: Result) => rows.toSorted(byLine).map((row) => ({ ...row, cells: trimmed(row.cells) }));
      expect(plain(found)).toEqual(plain(expected));
      const told = ({ rejects }: Result) => rejects.toSorted(byLine).map(({ line, code, row }) => [line, code, row]);
      expect(told(found)).toEqual(told(expected));
      expect(found.unfit).toEqual(expected.unfit);
      expect(found.count).toBe(expected.count);
      expect(found.end).toEqual(expected.end);
      rows += found.rows.length;
    }),
    { numRuns: 1_000 },
  );
  // Files must hold rows, else nothing was compared.
  expect(rows).toBeGreaterThan(2_000);
});
