/**
 * The rows of a shard, wherever they lie: those that came in bulk in pages, those written or changed singly in the
 * table `rows`, whose row stands for the page's with the same number; tombstones lie there, too. Of rows in pages the
 * key index knows the keys. Lists go into SQL as one JSON parameter (`json_each`): a statement for each batch, not for
 * each row, and no limit of 100 parameters.
 */
import { type Bitmap, type Cell, type PackedColumn, type PackedRows, packRows } from "../engine/index.ts";
import type { SqlStorage } from "../platform/types.ts";
import type { StoredRecord } from "./interface.ts";
import { jsonParts } from "./json-parts.ts";
import { hashBytes, hashKey } from "./rows/key-hash.ts";
import { KeyIndex } from "./rows/key-index.ts";
import { isKey } from "./rows/page-keys.ts";
import { type Page, Pages, rowOf } from "./rows/pages.ts";
import { addRun, Presence } from "./rows/presence.ts";

/** A stored row; `cells` is null for a deleted one. */
export interface Row {
  readonly row: number;
  readonly key: string;
  readonly cells: Cell[] | null;
  readonly created_at: number;
  readonly updated_at: number;
}

interface SqlRow {
  row: number;
  key: string;
  data: string | null;
  created_at: number;
  updated_at: number;
}

/** A row as a write leaves it: `data` is the tuple of its cells as JSON. */
export interface RowToStore {
  readonly row: number;
  readonly key: string;
  readonly cells: readonly Cell[];
  readonly data: string;
}

/** Where a store needs other sizes than a shard's own rows. */
export interface RowsSizes {
  readonly rowsAPage?: number;
  /** Of pages in memory. */
  readonly pageBytes?: number;
  /** Of the key index's blocks in memory. */
  readonly indexBytes?: number;
  /** Entries of the key index that are in memory only. */
  readonly mostUnwritten?: number;
}

/** Fewer new rows than this are stored singly. */
const ROWS_FOR_A_PAGE = 64;
/** A larger row is stored singly: a page is read to read one row. */
const CHARACTERS_IN_A_PAGE = 200_000;
/** Rows that suggestions are counted over. */
const ROWS_COUNTED = 50_000;

export class Rows {
  readonly #sql: SqlStorage;
  readonly #table: string;
  readonly #pages: Pages;
  readonly #presence: Presence;
  readonly #index: KeyIndex;
  /** Whether there are rows outside of pages, tombstones included; null when not known. */
  #anySingle: boolean | null = null;
  /** By chunk: rises with each write to its single rows. */
  readonly #singleWrites = new Map<number, number>();
  #writes = 0;

  /** `prefix`: of the tables' names, where a shard has several stores. */
  constructor(sql: SqlStorage, prefix = "", { rowsAPage, pageBytes, indexBytes, mostUnwritten }: RowsSizes = {}) {
    this.#sql = sql;
    this.#table = `${prefix}rows`;
    this.#pages = new Pages(sql, prefix, rowsAPage, pageBytes);
    this.#presence = new Presence(sql, prefix, () => this.#singleNumbers());
    this.#index = new KeyIndex(sql, prefix, (from) => this.#keysFrom(from), mostUnwritten, indexBytes);
  }

  /** The highest row number ever given; -1 when there is none yet. */
  last(): number {
    const single = this.#sql.exec<{ n: number | null }>(`SELECT max(row) AS n FROM ${this.#table}`).one().n ?? -1;
    return Math.max(single, this.#pages.end - 1);
  }

  /** The numbers of all rows that are not deleted: a copy. */
  present(): Bitmap {
    return this.#presence.rows.clone();
  }

  count(): number {
    return this.#presence.rows.size;
  }

  newestUpdate(): number | null {
    return this.#sql.exec<{ at: number }>("SELECT at FROM changes ORDER BY seq DESC LIMIT 1").toArray()[0]?.at ?? null;
  }

  byKey(key: string): Row | null {
    return this.byKeys([key]).get(key) ?? null;
  }

  /** Bytes in memory: the key index and the pages read last. */
  get bytes(): number {
    return this.#index.bytes + this.#pages.bytes;
  }

  byKeys(keys: readonly string[]): Map<string, Row> {
    const found = new Map<string, Row>();
    if (this.#hasSingles) {
      for (const part of jsonParts(keys)) {
        const rows = this.#sql.exec<SqlRow>(
          `SELECT r.row, r.key, r.data, r.created_at, r.updated_at
           FROM json_each(?) AS k CROSS JOIN ${this.#table} AS r ON r.key = k.value AND r.deleted_at IS NULL`,
          part,
        );
        for (const row of rows) found.set(row.key, decode(row));
      }
    }
    this.#findInPages(keys, found, (page, row) => rowOf(page, row));
    return found;
  }

  /** Row numbers by key, of those that are there. */
  numbersByKey(keys: readonly string[]): Map<string, number> {
    const found = new Map<string, number>();
    for (const part of this.#hasSingles ? jsonParts(keys) : []) {
      const rows = this.#sql.exec<{ key: string; row: number }>(
        `SELECT r.key, r.row FROM json_each(?) AS k CROSS JOIN ${this.#table} AS r ON r.key = k.value AND r.deleted_at IS NULL`,
        part,
      );
      for (const { key, row } of rows) found.set(key, row);
    }
    for (const { key, row } of this.#candidates(keys, found)) {
      const page = this.#pages.keysOf(row);
      if (page && isKey(page.keys, row - page.first, key)) found.set(key, row);
    }
    return found;
  }

  /** Adds those of the keys that are not found yet. Pages are read in their own order, each once. */
  #findInPages<T>(keys: readonly string[], found: Map<string, T>, make: (page: Page, row: number) => T): void {
    for (const { key, row } of this.#candidates(keys, found)) {
      const page = this.#pages.of(row);
      if (page && page.rows.keys.text(row - page.first) === key) found.set(key, make(page, row));
    }
  }

  /** Rows in pages that may have those of the keys that are not found yet, ascending. */
  #candidates(keys: readonly string[], found: ReadonlyMap<string, unknown>): { key: string; row: number }[] {
    const candidates: { key: string; row: number }[] = [];
    if (this.#pages.end === 0) return candidates;
    const present = this.#presence.rows;
    // By hash: of an index that does not fit into memory every block is read once.
    const wanted = keys.flatMap((key) => (found.has(key) ? [] : [{ key, hash: hashKey(key) }]));
    for (const { key, hash } of wanted.sort((a, b) => a.hash - b.hash)) {
      this.#index.find(hash, (row) => {
        if (present.has(row)) candidates.push({ key, row });
        return false;
      });
    }
    return candidates.sort((a, b) => a.row - b.row);
  }

  /** The row numbers of packed keys, -1 where there is none. Pages are read in their own order, whatever the keys'. */
  numbersOf(keys: PackedColumn, hashes: Uint32Array): Int32Array {
    const numbers = new Int32Array(hashes.length).fill(-1);
    if (this.#pages.end > 0) this.#inPagesAt(keys, hashes, numbers);
    if (!this.#hasSingles) return numbers;
    const places = new Map<string, number>();
    for (let at = 0; at < hashes.length; at++) if (numbers[at] === -1) places.set(keys.text(at), at);
    for (const part of jsonParts([...places.keys()])) {
      const rows = this.#sql.exec<{ row: number; key: string }>(
        `SELECT r.row, r.key FROM json_each(?) AS k CROSS JOIN ${this.#table} AS r ON r.key = k.value AND r.deleted_at IS NULL`,
        part,
      );
      for (const { row, key } of rows) numbers[places.get(key) as number] = row;
    }
    return numbers;
  }

  #inPagesAt(keys: PackedColumn, hashes: Uint32Array, numbers: Int32Array): void {
    const present = this.#presence.rows;
    const pairs: { at: number; row: number }[] = [];
    let at = 0;
    const take = (row: number) => {
      if (present.has(row)) pairs.push({ at, row });
      return false;
    };
    for (; at < hashes.length; at++) this.#index.find(hashes[at] as number, take);
    pairs.sort((a, b) => a.row - b.row);
    for (const { at, row } of pairs) {
      const page = this.#pages.of(row);
      if (page && isSameText(keys, at, page.rows.keys, row - page.first)) numbers[at] = row;
    }
  }

  /** One more than the highest row in a page; 0 when there is none. */
  get pagedTo(): number {
    return this.#pages.end;
  }

  /** Pages with rows from `from` to `to`. */
  pages(from: number, to: number): Iterable<Page> {
    return this.#pages.between(from, to);
  }

  /** The page that holds a row; a single row may stand for it. */
  pageOf(row: number): Page | null {
    return this.#pages.of(row);
  }

  /** Of these row numbers, those that are stored singly. */
  singlesAmong(numbers: readonly number[]): Set<number> {
    const found = new Set<number>();
    if (!this.#hasSingles) return found;
    for (const part of jsonParts(numbers)) {
      const rows = this.#sql.exec<{ row: number }>(
        `SELECT r.row FROM json_each(?) AS n CROSS JOIN ${this.#table} AS r ON r.row = n.value`,
        part,
      );
      for (const { row } of rows) found.add(row);
    }
    return found;
  }

  /** In the order asked for; deleted rows come with `cells` null. */
  byNumbers(numbers: readonly number[]): Row[] {
    const found = this.#singles(numbers);
    return numbers.flatMap((number) => found.get(number) ?? this.#pageRow(number) ?? []);
  }

  #singles(numbers: readonly number[]): Map<number, Row> {
    const found = new Map<number, Row>();
    if (!this.#hasSingles) return found;
    for (const part of jsonParts(numbers)) {
      const rows = this.#sql.exec<SqlRow>(
        `SELECT r.row, r.key, r.data, r.created_at, r.updated_at
         FROM json_each(?) AS n CROSS JOIN ${this.#table} AS r ON r.row = n.value`,
        part,
      );
      for (const row of rows) found.set(row.row, decode(row));
    }
    return found;
  }

  #pageRow(number: number): Row | null {
    if (!this.#presence.rows.has(number)) return null;
    const page = this.#pages.of(number);
    return page && rowOf(page, number);
  }

  /** The numbers of up to `limit` rows from `from` on that are not deleted, ascending. */
  numbers(from: number, limit: number): number[] {
    const found: number[] = [];
    for (
      let row = this.#presence.rows.next(from);
      row >= 0 && found.length < limit;
      row = this.#presence.rows.next(row + 1)
    ) {
      found.push(row);
    }
    return found;
  }

  /** Rows with numbers from `from` to `to`, both included, that are not deleted; at most `limit`. */
  *range(from: number, to: number, limit = -1): Iterable<Row> {
    let left = limit < 0 ? Number.POSITIVE_INFINITY : limit;
    let next = from;
    for (const page of this.#pages.between(from, to)) {
      for (const row of this.singlesBetween(next, page.first - 1)) {
        if (left-- <= 0) return;
        yield row;
      }
      const end = Math.min(to + 1, page.first + page.rows.count);
      const singles = new Map<number, Row>();
      for (const row of this.singlesBetween(Math.max(next, page.first), end - 1)) singles.set(row.row, row);
      for (let row = Math.max(from, page.first); row < end; row++) {
        if (!this.#presence.rows.has(row)) continue;
        if (left-- <= 0) return;
        yield singles.get(row) ?? rowOf(page, row);
      }
      next = end;
    }
    for (const row of this.singlesBetween(next, to)) {
      if (left-- <= 0) return;
      yield row;
    }
  }

  /** Rows between two numbers, both included, that are stored singly and not deleted. */
  *singlesBetween(from: number, to: number): Generator<Row, void, undefined> {
    if (from > to || !this.#hasSingles) return;
    const rows = this.#sql.exec<SqlRow>(
      `SELECT row, key, data, created_at, updated_at FROM ${this.#table}
       WHERE row BETWEEN ? AND ? AND deleted_at IS NULL ORDER BY row`,
      from,
      to,
    );
    for (const row of rows) yield decode(row);
  }

  /** Changes whenever rows of a chunk that are stored singly may have. */
  singlesVersion(chunk: number): number {
    return this.#singleWrites.get(chunk) ?? 0;
  }

  #wroteSingles(rows: Iterable<number>): void {
    this.#anySingle = true;
    this.#writes++;
    for (const row of rows) this.#singleWrites.set(row >>> 16, this.#writes);
  }

  /** Inside a transaction, as all writes: new rows, ascending. Many that follow each other become pages. */
  insert(rows: readonly RowToStore[], at: number): void {
    const singles: RowToStore[] = [];
    for (const run of runsOf(rows)) {
      if (run.length < ROWS_FOR_A_PAGE) singles.push(...run);
      else this.insertPacked((run[0] as RowToStore).row, packRows(run), at);
    }
    this.#insertSingles(singles, at);
  }

  /** Rows that were not there, each small enough for a page, from row number `first` on. */
  insertPacked(first: number, rows: PackedRows, at: number, hashes = hashesOf(rows.keys, rows.count)): void {
    this.#index.reserve(rows.count);
    for (let row = 0; row < rows.count; row++) this.#index.add(hashes[row] as number, first + row);
    this.#pages.append(first, rows, at);
    this.#presence.change((present) => addRun(present, first, rows.count));
    if (this.#index.isFull) this.#index.write(first + rows.count);
  }

  #insertSingles(rows: readonly RowToStore[], at: number): void {
    if (rows.length === 0) return;
    this.#wroteSingles(rows.map(({ row }) => row));
    for (const part of jsonParts(rows.map((row) => [row.row, row.key, row.data]))) {
      this.#sql.exec(
        `INSERT INTO ${this.#table} (row, key, data, created_at, updated_at)
         SELECT value ->> 0, value ->> 1, value ->> 2, ?, ? FROM json_each(?)`,
        at,
        at,
        part,
      );
    }
    this.#presence.change((present) => {
      for (const { row } of rows) present.add(row);
    });
  }

  /** A row of a page is from now on read from the table of single rows. */
  update(rows: readonly (Omit<RowToStore, "cells"> & { readonly created_at: number })[], at: number): void {
    if (rows.length > 0) this.#wroteSingles(rows.map(({ row }) => row));
    for (const part of jsonParts(rows.map((row) => [row.row, row.key, row.data, row.created_at]))) {
      this.#sql.exec(
        `INSERT INTO ${this.#table} (row, key, data, created_at, updated_at)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, ? FROM json_each(?) WHERE true
         ON CONFLICT (row) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at`,
        at,
        part,
      );
    }
  }

  /** Leaves a tombstone: number and key stay, the data goes. */
  remove(numbers: readonly number[], at: number): void {
    if (numbers.length > 0) this.#wroteSingles(numbers);
    const gone = this.byNumbers(numbers).map((row) => [row.row, row.key, row.created_at]);
    for (const part of jsonParts(gone)) {
      this.#sql.exec(
        `INSERT INTO ${this.#table} (row, key, data, created_at, updated_at, deleted_at)
         SELECT value ->> 0, value ->> 1, NULL, value ->> 2, ?, ? FROM json_each(?) WHERE true
         ON CONFLICT (row) DO UPDATE SET data = NULL, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at`,
        at,
        at,
        part,
      );
    }
    this.#presence.change((present) => {
      for (const row of numbers) present.remove(row);
    });
  }

  /** Forgets rows deleted before `at`, and pages of which nothing is left. The highest number stays taken. */
  forgetRemoved(at: number): void {
    const last = this.last();
    const gone = this.#sql
      .exec<{ row: number }>(`DELETE FROM ${this.#table} WHERE deleted_at < ? AND row < ? RETURNING row`, at, last)
      .toArray();
    for (const first of new Set(gone.flatMap(({ row }) => this.#pages.firstOf(row) ?? [])))
      this.#dropEmpty(first, last);
  }

  #dropEmpty(first: number, last: number): void {
    const end = first + this.#pages.countOf(first);
    const next = this.#presence.rows.next(first);
    if (end > last || (next >= 0 && next < end)) return;
    const { n } = this.#sql
      .exec<{ n: number }>(`SELECT count(*) AS n FROM ${this.#table} WHERE row >= ? AND row < ?`, first, end)
      .one();
    if (n === 0) this.#pages.remove(first);
  }

  /** Writes down what of the key index is in memory only; cheap when there is nothing. */
  settle(): void {
    if (this.#index.isUnwritten) this.#index.write(this.#pages.end);
  }

  /** After a transaction that failed: what is in memory is read again. */
  forget(): void {
    this.#pages.forget();
    this.#presence.forget();
    this.#index.forget();
    this.#anySingle = null;
  }

  /** The most frequent values of a text-like field among the first 50,000 rows. */
  frequent(field: number, text: string, limit: number): { value: string; count: number }[] {
    const counts = new Map<string, number>();
    const wanted = text.toLowerCase();
    for (const { cells } of this.range(0, Number.MAX_SAFE_INTEGER, ROWS_COUNTED)) {
      const value = asText(cells?.[field]);
      if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const found = [...counts].flatMap(([value, count]) => {
      const at = value.toLowerCase().indexOf(wanted);
      return at < 0 ? [] : [{ value, count, within: at > 0 }];
    });
    found.sort((a, b) => Number(a.within) - Number(b.within) || b.count - a.count || (a.value < b.value ? -1 : 1));
    return found.slice(0, limit).map(({ value, count }) => ({ value, count }));
  }

  /** Whether at most `few` rows between two numbers are stored singly, tombstones included. */
  fewSingles(from: number, to: number, few: number): boolean {
    if (!this.#hasSingles) return true;
    const { n } = this.#sql
      .exec<{ n: number }>(
        `SELECT count(*) AS n FROM (SELECT 1 FROM ${this.#table} WHERE row BETWEEN ? AND ? LIMIT ?)`,
        from,
        to,
        few + 1,
      )
      .one();
    return n <= few;
  }

  get #hasSingles(): boolean {
    this.#anySingle ??=
      this.#sql.exec<{ n: number }>(`SELECT EXISTS (SELECT 1 FROM ${this.#table}) AS n`).one().n === 1;
    return this.#anySingle;
  }

  *#singleNumbers(): Generator<number, void, undefined> {
    const rows = this.#sql.exec<{ row: number }>(
      `SELECT row FROM ${this.#table} WHERE deleted_at IS NULL ORDER BY row`,
    );
    for (const { row } of rows) yield row;
  }

  *#keysFrom(from: number): Generator<readonly [hash: number, row: number], void, undefined> {
    for (const { first, rows } of this.#pages.between(from, Number.MAX_SAFE_INTEGER)) {
      const hashes = hashesOf(rows.keys, rows.count);
      for (let at = Math.max(0, from - first); at < rows.count; at++) yield [hashes[at] as number, first + at];
    }
  }
}

/** Runs of rows that follow each other and are small enough for a page; the others alone. */
function* runsOf(rows: readonly RowToStore[]): Generator<readonly RowToStore[], void, undefined> {
  let run: RowToStore[] = [];
  for (const row of rows) {
    const isLarge = row.data.length + row.key.length > CHARACTERS_IN_A_PAGE;
    const last = run.at(-1);
    if (last && (isLarge || row.row !== last.row + 1)) {
      yield run;
      run = [];
    }
    if (isLarge) yield [row];
    else run.push(row);
  }
  if (run.length > 0) yield run;
}

export function hashesOf(keys: PackedColumn, count: number): Uint32Array {
  const hashes = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    hashes[row] = hashBytes(keys.bytes, keys.offsets[row] as number, keys.offsets[row + 1] as number);
  }
  return hashes;
}

function isSameText(a: PackedColumn, at: number, b: PackedColumn, other: number): boolean {
  const from = a.offsets[at] as number;
  const start = b.offsets[other] as number;
  const length = (a.offsets[at + 1] as number) - from;
  if ((b.offsets[other + 1] as number) - start !== length) return false;
  for (let byte = 0; byte < length; byte++) if (a.bytes[from + byte] !== b.bytes[start + byte]) return false;
  return true;
}

/** What a suggestion shows of a cell; "" for what is empty. */
function asText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  const text = typeof cell === "string" ? cell : JSON.stringify(cell);
  return text.trim() === "" ? "" : text;
}

export function toRecord(row: Row): StoredRecord {
  return { key: row.key, cells: row.cells ?? [], created_at: row.created_at, updated_at: row.updated_at };
}

/** Makes records with the cells of these fields only: a page of wide rows must fit into one answer. */
export function recordOf(fields: readonly number[] | undefined): (row: Row) => StoredRecord {
  if (fields === undefined) return toRecord;
  return (row) => ({ ...toRecord(row), cells: only(row.cells ?? [], fields) });
}

function only(cells: readonly Cell[], fields: readonly number[]): Cell[] {
  const some: Cell[] = [];
  for (const id of fields) {
    while (some.length <= id) some.push(null);
    some[id] = cells[id] ?? null;
  }
  return some;
}

function decode(row: SqlRow): Row {
  return {
    row: row.row,
    key: row.key,
    cells: row.data === null ? null : (JSON.parse(row.data) as Cell[]),
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}
