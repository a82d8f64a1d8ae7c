/**
 * The columns of this store's rows, chunk by chunk, and the only reader and writer of `column_chunks`. A chunk to which no
 * row will be added any more is built from its pages once and kept: pages do not change, and every row that did since
 * is stored singly and put over what was kept. So a checkpoint is never too old, and nothing is rolled forward.
 */
import {
  CHUNK_ROWS,
  type Column,
  columnOfNumbers,
  columnOfValues,
  decodeColumn,
  type Field,
  familyOf,
  numberValues,
  type TypedValue,
  typedValue,
  typedValues,
} from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import type { Row, Rows } from "../rows.ts";
import type { Page } from "./pages.ts";

type StoredField = Pick<Field, "id" | "type">;

/** Rises with each change of how columns are encoded: what is stored in an older form is built again. */
const FORM = 2;
/** SQLite takes 2 MB a blob. */
const BYTES_A_PART = 900_000;
/** A quarter of a chunk: up to here it is quicker to put them over each field than to read all rows. */
const FEW_SINGLES = CHUNK_ROWS / 4;
/** Remembered of one chunk: some megabytes. */
const SINGLES_KEPT = 8_192;

export class ColumnChunks {
  readonly #sql: SqlStorage;
  readonly #rows: Rows;
  readonly #table: string;
  readonly #keepsLast: boolean;
  /** The fields and chunks for which all was kept. */
  #done: string | null = null;
  #lastSingles: { readonly chunk: number; readonly version: number; readonly rows: readonly Row[] } | null = null;

  /** `keepsLast`: the last chunk is kept, too, for as long as no page is added to it. */
  constructor(sql: SqlStorage, rows: Rows, prefix = "", keepsLast = false) {
    this.#keepsLast = keepsLast;
    this.#sql = sql;
    this.#rows = rows;
    this.#table = `${prefix}column_chunks`;
  }

  /**
   * Whether the columns of a chunk are to be had from here: most of it lies in pages. Where many rows are stored singly,
   * reading all of them for each field would take longer than for all fields at once.
   */
  serves(chunk: number): boolean {
    const from = chunk * CHUNK_ROWS;
    return this.#rows.pagedTo > from && this.#rows.fewSingles(from, from + CHUNK_ROWS - 1, FEW_SINGLES);
  }

  /**
   * As of now. A chunk that was not kept yet is, if it can be. Call it only where it `serves`. `pages`: the chunk's, from
   * `pagesOf`, where several fields are loaded.
   */
  load(field: StoredField, chunk: number, pages: () => Iterable<Page> = this.pagesOf(chunk)): Column {
    const kept = this.#read(field, chunk);
    let column = kept ?? build(field, chunk, pages());
    if (kept === null && this.#isClosed(chunk)) this.#write(field, chunk, column);
    const from = chunk * CHUNK_ROWS;
    for (const { row, cells } of this.#singles(chunk)) {
      column = column.set(row - from, typedValue(field, cells?.[field.id]));
    }
    return column;
  }

  /** The rows of a chunk that are stored singly; of the chunk asked for last they are remembered, as each field asks. */
  *#singles(chunk: number): Iterable<Row> {
    const version = this.#rows.singlesVersion(chunk);
    if (this.#lastSingles?.chunk === chunk && this.#lastSingles.version === version) {
      yield* this.#lastSingles.rows;
      return;
    }
    const rows: Row[] = [];
    const from = chunk * CHUNK_ROWS;
    for (const row of this.#rows.singlesBetween(from, from + CHUNK_ROWS - 1)) {
      if (rows.length <= SINGLES_KEPT) rows.push(row);
      yield row;
    }
    this.#lastSingles = rows.length <= SINGLES_KEPT ? { chunk, version, rows } : null;
  }

  /** Reads the pages of a chunk when they are first asked for, and again where more have come since. */
  pagesOf(chunk: number): () => Iterable<Page> {
    let known: { readonly end: number; readonly pages: readonly Page[] } | null = null;
    return () => {
      const end = this.#rows.pagedTo;
      if (known?.end !== end) known = { end, pages: [...this.#pages(chunk)] };
      return known.pages;
    };
  }

  /** Whether there may be something to keep or to forget: false once all was done for these fields and chunks. */
  isDue(fields: readonly StoredField[]): boolean {
    return this.#done !== this.#stateOf(fields);
  }

  #stateOf(fields: readonly StoredField[]): string {
    const closed = this.#keepsLast ? this.#rows.pagedTo : Math.floor(this.#rows.pagedTo / CHUNK_ROWS);
    return `${closed} ${fields.map((field) => `${field.id} ${formOf(field)}`).join()}`;
  }

  /** Keeps the columns of these fields that can be and are not kept, one after the other; pages are read once for all. */
  *keep(fields: readonly StoredField[]): Generator<void, void, undefined> {
    const kept = new Set<string>();
    const stored = this.#sql.exec<{ field: number; chunk: number; form: string }>(
      `SELECT field, chunk, form FROM ${this.#table} WHERE part = 0`,
    );
    for (const { field, chunk, form } of stored) kept.add(`${field} ${chunk} ${form}`);
    const isKept = (chunk: number) =>
      this.#isClosed(chunk) || (this.#keepsLast && this.#rows.pagedTo > chunk * CHUNK_ROWS);
    for (let chunk = 0; isKept(chunk); chunk++) {
      const missing = fields.filter((field) => !kept.has(`${field.id} ${chunk} ${this.#formAt(field, chunk)}`));
      if (missing.length === 0) continue;
      const pages = this.pagesOf(chunk);
      pages();
      yield;
      for (const field of missing) {
        this.#write(field, chunk, build(field, chunk, pages()));
        yield;
      }
    }
    this.#done = this.#stateOf(fields);
  }

  /** What is kept of fields that are not there any more, or have another type, goes. */
  forgetOthers(fields: readonly StoredField[]): void {
    const last = Math.floor(this.#rows.pagedTo / CHUNK_ROWS);
    const forms = JSON.stringify(
      fields.flatMap((field) => [`${field.id} ${formOf(field)}`, `${field.id} ${this.#formAt(field, last)}`]),
    );
    this.#sql.exec(
      `DELETE FROM ${this.#table} WHERE field || ' ' || form NOT IN (SELECT value FROM json_each(?))`,
      forms,
    );
  }

  /** No row will be added to the chunk: there are later ones, and numbers only rise. */
  #isClosed(chunk: number): boolean {
    return this.#rows.pagedTo >= (chunk + 1) * CHUNK_ROWS;
  }

  /** What is kept of a chunk that pages may be added to says how far they went. */
  #formAt(field: StoredField, chunk: number): string {
    return this.#isClosed(chunk) ? formOf(field) : `${formOf(field)} to ${this.#rows.pagedTo}`;
  }

  #pages(chunk: number): Iterable<Page> {
    const from = chunk * CHUNK_ROWS;
    return this.#rows.pages(from, from + CHUNK_ROWS - 1);
  }

  #read(field: StoredField, chunk: number): Column | null {
    const parts = this.#sql
      .exec<{ data: ArrayBuffer }>(
        `SELECT data FROM ${this.#table} WHERE field = ? AND chunk = ? AND form = ? ORDER BY part`,
        field.id,
        chunk,
        this.#formAt(field, chunk),
      )
      .toArray()
      .map(({ data }) => new Uint8Array(data));
    const [only] = parts;
    if (only === undefined) return null;
    return decodeColumn(parts.length === 1 ? only : joined(parts));
  }

  #write(field: StoredField, chunk: number, column: Column): void {
    this.#sql.exec(`DELETE FROM ${this.#table} WHERE field = ? AND chunk = ?`, field.id, chunk);
    const bytes = column.encode();
    for (let from = 0, part = 0; from === 0 || from < bytes.length; from += BYTES_A_PART, part++) {
      this.#sql.exec(
        `INSERT INTO ${this.#table} (field, chunk, part, form, data) VALUES (?, ?, ?, ?, ?)`,
        field.id,
        chunk,
        part,
        this.#formAt(field, chunk),
        bytes.subarray(from, from + BYTES_A_PART),
      );
    }
  }
}

/** From pages alone. */
function build(field: StoredField, chunk: number, pages: Iterable<Page>): Column {
  if (familyOf(field.type) === "number") return buildNumbers(field, chunk, pages);
  const values: TypedValue[] = [];
  for (const { column, from, to, at } of partsOf(field, chunk, pages)) {
    while (values.length < at) values.push(null);
    if (column) typedValues(field.type, column, from, to, values, at);
  }
  return columnOfValues(field, values);
}

function buildNumbers(field: StoredField, chunk: number, pages: Iterable<Page>): Column {
  const values = new Float64Array(CHUNK_ROWS).fill(Number.NaN);
  let end = 0;
  for (const { column, from, to, at } of partsOf(field, chunk, pages)) {
    if (!column) continue;
    numberValues(field.type, column, from, to, values, at);
    end = at + to - from;
  }
  return columnOfNumbers(values.subarray(0, end));
}

/** What pages hold of a field in a chunk: rows `from` up to `to` of a page, the first at index `at` of the chunk. */
function* partsOf({ id }: StoredField, chunk: number, pages: Iterable<Page>) {
  const start = chunk * CHUNK_ROWS;
  for (const { first, rows } of pages) {
    const from = Math.max(0, start - first);
    const to = Math.min(rows.count, start + CHUNK_ROWS - first);
    yield { column: rows.columns[rows.fields.indexOf(id)], from, to, at: first + from - start };
  }
}

const formOf = ({ type }: StoredField): string => `${FORM} ${type}`;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
