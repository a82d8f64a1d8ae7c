/**
 * The only reader and writer of `pages`: rows that came in bulk, a few hundred in a blob. Pages never overlap. What
 * is decoded is kept, a few pages at a time; a page holds views of its blob and makes values only where it is asked.
 */
import {
  decodeRows,
  encodeRows,
  PackedColumn,
  type PackedRows,
  packedCells,
  pageEnd,
  type TimedRows,
} from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import type { Row } from "../rows.ts";
import { PageKeys } from "./page-keys.ts";

export const ROWS_A_PAGE = 128;
/** Of wide rows fewer: SQLite takes 2 MB a blob, and a page is read to read one row. */
const BYTES_A_PAGE = 900_000;
/** Decoded pages kept, unless it is said. */
const PAGE_BYTES_KEPT = 8_000_000;

export interface Page {
  readonly first: number;
  readonly rows: TimedRows;
  readonly bytes: number;
}

interface SqlPage {
  first: number;
  data: ArrayBuffer;
}

export class Pages {
  readonly #sql: SqlStorage;
  readonly #table: string;
  readonly #rowsAPage: number;
  readonly #bytesKept: number;
  /** By first row; in the order of their last use. */
  readonly #kept = new Map<number, Page>();
  #keptBytes = 0;
  readonly #keys = new PageKeys();
  /** First rows of all pages, ascending, and their counts. Null when not read. */
  #places: { firsts: number[]; counts: number[] } | null = null;

  constructor(sql: SqlStorage, prefix: string, rowsAPage = ROWS_A_PAGE, bytesKept = PAGE_BYTES_KEPT) {
    this.#sql = sql;
    this.#table = `${prefix}pages`;
    this.#rowsAPage = rowsAPage;
    this.#bytesKept = bytesKept;
  }

  /** Bytes of the pages read last. */
  get bytes(): number {
    return this.#keptBytes;
  }

  /** One more than the highest row in a page; 0 when there is none. */
  get end(): number {
    const { firsts, counts } = this.#directory();
    return (firsts.at(-1) ?? 0) + (counts.at(-1) ?? 0);
  }

  /** The page that holds the row, whether or not the row still exists. */
  of(row: number): Page | null {
    const { firsts, counts } = this.#directory();
    const at = lastAtOrBefore(firsts, row);
    if (at < 0 || row >= (firsts[at] as number) + (counts[at] as number)) return null;
    return this.#page(firsts[at] as number);
  }

  /** The keys of the page that holds the row, and its first row. */
  keysOf(row: number): { first: number; keys: PackedColumn } | null {
    const first = this.firstOf(row);
    if (first === null) return null;
    const known = this.#keys.get(first);
    if (known) return { first, keys: known };
    const { keys } = (this.#kept.get(first) ?? this.#read(first)).rows;
    this.#keys.keep(first, keys);
    return { first, keys };
  }

  /** The first row of the page that covers the row. */
  firstOf(row: number): number | null {
    const { firsts, counts } = this.#directory();
    const at = lastAtOrBefore(firsts, row);
    return at >= 0 && row < (firsts[at] as number) + (counts[at] as number) ? (firsts[at] as number) : null;
  }

  countOf(first: number): number {
    const { firsts, counts } = this.#directory();
    const at = lastAtOrBefore(firsts, first);
    return firsts[at] === first ? (counts[at] as number) : 0;
  }

  /** Pages with rows at or after `from`, up to `to`, ascending. `keep` false: a long scan leaves the kept ones alone. */
  *between(from: number, to: number, keep = false): Generator<Page, void, undefined> {
    const { firsts, counts } = this.#directory();
    for (let at = Math.max(0, lastAtOrBefore(firsts, from)); at < firsts.length; at++) {
      const first = firsts[at] as number;
      if (first > to) return;
      if (first + (counts[at] as number) > from)
        yield keep ? this.#page(first) : (this.#kept.get(first) ?? this.#read(first));
    }
  }

  /** Inside a transaction: rows that were not there, from row number `first` on. */
  append(first: number, rows: PackedRows, at: number): void {
    const time = new PackedColumn("numbers", { values: Float64Array.of(at) });
    const timed: TimedRows = { ...rows, created: time, updated: time };
    const { firsts, counts } = this.#directory();
    for (let from = 0; from < rows.count; ) {
      const to = pageEnd(rows, from, this.#rowsAPage, BYTES_A_PAGE);
      this.#write(first + from, timed, from, to);
      firsts.push(first + from);
      counts.push(to - from);
      from = to;
    }
  }

  /** Inside a transaction: the page's rows are these from now on, as many as before. */
  replace(page: Page, rows: TimedRows): void {
    this.#drop(page.first);
    this.#write(page.first, rows, 0, rows.count);
  }

  /** Inside a transaction. */
  remove(first: number): void {
    this.#sql.exec(`DELETE FROM ${this.#table} WHERE first = ?`, first);
    this.forget();
  }

  /** After a transaction that failed. */
  forget(): void {
    this.#kept.clear();
    this.#keptBytes = 0;
    this.#keys.forget();
    this.#places = null;
  }

  #write(first: number, rows: TimedRows, from: number, to: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${this.#table} (first, count, data) VALUES (?, ?, ?)`,
      first,
      to - from,
      encodeRows(rows, from, to),
    );
  }

  #directory(): { firsts: number[]; counts: number[] } {
    if (this.#places) return this.#places;
    const places = { firsts: [] as number[], counts: [] as number[] };
    for (const { first, count } of this.#sql.exec<{ first: number; count: number }>(
      `SELECT first, count FROM ${this.#table} ORDER BY first`,
    )) {
      places.firsts.push(first);
      places.counts.push(count);
    }
    this.#places = places;
    return places;
  }

  #page(first: number): Page {
    const known = this.#kept.get(first);
    if (known) {
      this.#kept.delete(first);
      this.#kept.set(first, known);
      return known;
    }
    const page = this.#read(first);
    this.#kept.set(first, page);
    this.#keptBytes += page.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#keptBytes <= this.#bytesKept || oldest === first) break;
      this.#drop(oldest);
    }
    return page;
  }

  #drop(first: number): void {
    this.#keptBytes -= this.#kept.get(first)?.bytes ?? 0;
    this.#kept.delete(first);
  }

  #read(first: number): Page {
    const { data } = this.#sql.exec<SqlPage>(`SELECT data FROM ${this.#table} WHERE first = ?`, first).one();
    return { first, rows: decodeRows(new Uint8Array(data)), bytes: data.byteLength };
  }
}

export function rowOf(page: Page, row: number): Row {
  const at = row - page.first;
  const { keys, created, updated } = page.rows;
  return {
    row,
    key: keys.text(at),
    cells: packedCells(page.rows, at),
    created_at: created.value(at),
    updated_at: updated.value(at),
  };
}

function lastAtOrBefore(ascending: readonly number[], wanted: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
