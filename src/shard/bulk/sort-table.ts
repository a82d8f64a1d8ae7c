/**
 * A table of texts, sorted by what becomes of its rows: new ones that can be written as they are packed, known ones that
 * change nothing, and the rest, which is written row by row. A key that comes twice is among the rest each time: what
 * becomes of it depends on their order.
 */
import { type Field, gatherRows, type PackedRows, packedCells, packTable, type TextTable } from "../../engine/index.ts";
import type { RowWrite, WriteMode } from "../interface.ts";
import { hashesOf, type Rows } from "../rows.ts";
import { RowComparison } from "./same-row.ts";

export interface SortedTable {
  readonly fresh: PackedRows;
  /** Of the fresh rows. */
  readonly hashes: Uint32Array;
  /** Row numbers of those that are there just so. */
  readonly unchanged: readonly number[];
  readonly rest: readonly RowWrite[];
  /** For each of the rest, its place in the table. */
  readonly places: readonly number[];
  readonly unfit: readonly (readonly [field: number, cells: number])[];
}

/** A larger row is written by itself. */
const BYTES_OF_A_PACKED_ROW = 200_000;

export function sortTable(
  table: TextTable,
  mode: WriteMode,
  stored: Rows,
  fields: ReadonlyMap<number, Field>,
): SortedTable {
  const { rows: all, unfit } = packTable(table);
  const rows = knownFields(all, fields);
  const hashes = hashesOf(rows.keys, rows.count);
  const numbers = stored.numbersOf(rows.keys, hashes);
  const twice = repeated(rows, hashes);
  const fresh: number[] = [];
  const known: number[] = [];
  const places: number[] = [];
  for (let row = 0; row < rows.count; row++) {
    if (twice.has(row) || bytesOf(table, row) > BYTES_OF_A_PACKED_ROW) places.push(row);
    else if (numbers[row] === -1 && mode !== "update") fresh.push(row);
    else if (numbers[row] !== -1 && mode === "upsert") known.push(row);
    else places.push(row);
  }
  const unchanged = sameRows(rows, known, numbers, stored, fields, places);
  places.sort((a, b) => a - b);
  const isWhole = fresh.length === rows.count;
  return {
    fresh: isWhole ? rows : gatherRows(rows, fresh),
    hashes: isWhole ? hashes : Uint32Array.from(fresh, (row) => hashes[row] as number),
    unchanged,
    rest: places.map((row) => writeOf(rows, row)),
    places,
    unfit,
  };
}

/** As the row stands in the table. */
function bytesOf({ ends, columns }: TextTable, row: number): number {
  const first = row * columns.length;
  return (ends[first + columns.length - 1] as number) - (first === 0 ? 0 : (ends[first - 1] as number));
}

/** A field may have been deleted since the file's columns were matched with them. */
function knownFields(rows: PackedRows, fields: ReadonlyMap<number, Field>): PackedRows {
  if (rows.fields.every((id) => fields.has(id))) return rows;
  const kept = rows.fields.flatMap((id, at) => (fields.has(id) ? [at] : []));
  return {
    ...rows,
    fields: kept.map((at) => rows.fields[at] as number),
    columns: kept.flatMap((at) => rows.columns[at] ?? []),
  };
}

function writeOf(rows: PackedRows, row: number): RowWrite {
  const cells = packedCells(rows, row);
  return { key: rows.keys.text(row), cells: rows.fields.map((id) => [id, cells[id] ?? null] as const) };
}

/** Rows whose key comes more than once in the batch. */
function repeated({ keys, count }: PackedRows, hashes: Uint32Array): Set<number> {
  const twice = new Set<number>();
  let room = 1024;
  while (room < count * 2) room *= 2;
  const table = new Int32Array(room);
  for (let row = 0; row < count; row++) {
    const hash = hashes[row] as number;
    let at = (hash ^ (hash >>> 16)) & (room - 1);
    for (; table[at] !== 0; at = (at + 1) & (room - 1)) {
      const other = (table[at] as number) - 1;
      if (hashes[other] !== hash || keys.text(other) !== keys.text(row)) continue;
      twice.add(other);
      twice.add(row);
    }
    table[at] = row + 1;
  }
  return twice;
}

/** The numbers of the known rows that are there just so; the others go to `places`. */
function sameRows(
  rows: PackedRows,
  known: number[],
  numbers: Int32Array,
  stored: Rows,
  fields: ReadonlyMap<number, Field>,
  places: number[],
): number[] {
  const singles = stored.singlesAmong(known.map((row) => numbers[row] as number));
  const unchanged: number[] = [];
  known.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  let page = null as ReturnType<Rows["pageOf"]>;
  let comparison: RowComparison | null = null;
  for (const row of known) {
    const number = numbers[row] as number;
    if (singles.has(number)) {
      places.push(row);
      continue;
    }
    if (page === null || number >= page.first + page.rows.count) {
      page = stored.pageOf(number);
      comparison = page && new RowComparison(rows, page.rows, fields);
    }
    if (page && comparison?.isSame(row, number - page.first)) unchanged.push(number);
    else places.push(row);
  }
  return unchanged;
}
