/** The cursor of `sql.exec`: rows as plain objects, blobs as ArrayBuffer, as Cloudflare gives them. */
import type { SqlCursor, SqlValue } from "../../../platform/types.ts";
import type { Prepared } from "./database.ts";

type Raw = Record<string, unknown>;
type Input = string | number | null | Uint8Array;

export function toInput(value: SqlValue): Input {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value;
}

/** A write has run already when its cursor is made; a read runs as it is consumed, so that large ones stay flat. */
export class RowCursor<Row> implements SqlCursor<Row> {
  readonly #acquire: () => Prepared;
  readonly #inputs: Input[];
  #rows: Iterator<Row> | null = null;
  rowsRead = 0;
  rowsWritten = 0;

  /** `acquire` gives the statement, or another of the same text while that one is being read. */
  constructor(acquire: () => Prepared, inputs: Input[]) {
    this.#acquire = acquire;
    this.#inputs = inputs;
  }

  /** The cursor of a write that gave `rows` (RETURNING) and changed `changes` rows. */
  static done<Row>(prepared: Prepared, rows: Raw[], changes: number): RowCursor<Row> {
    const cursor = new RowCursor<Row>(() => prepared, []);
    cursor.#rows = (rows.map((row) => fromRaw(row, prepared.columns)) as Row[])[Symbol.iterator]();
    cursor.rowsWritten = changes;
    return cursor;
  }

  toArray(): Row[] {
    if (this.#rows) return [...this];
    const rows = readAll(this.#acquire(), this.#inputs);
    this.rowsRead = rows.length;
    this.#rows = [][Symbol.iterator]();
    return rows as Row[];
  }

  one(): Row {
    const rows = this.toArray();
    const [row] = rows;
    if (row === undefined || rows.length > 1) {
      throw new Error(
        `Expected exactly one result from SQL query, but got ${rows.length === 0 ? "no results" : rows.length}`,
      );
    }
    return row;
  }

  [Symbol.iterator](): Iterator<Row> {
    this.#rows ??= this.#lazily();
    const rows = this.#rows;
    return { next: () => rows.next(), return: () => rows.return?.() ?? { done: true, value: undefined } };
  }

  *#lazily(): Generator<Row> {
    const prepared = this.#acquire();
    prepared.busy = true;
    try {
      for (const row of prepared.statement.iterate(...this.#inputs)) {
        this.rowsRead++;
        yield fromRaw(row as Raw, prepared.columns) as Row;
      }
    } finally {
      prepared.busy = false;
    }
  }
}

function readAll(prepared: Prepared, inputs: Input[]): Raw[] {
  let rows: Raw[];
  try {
    rows = prepared.statement.all(...inputs) as Raw[];
  } catch (error) {
    if (!isOutOfRange(error)) throw error;
    rows = readBigIntegers(prepared, inputs);
  }
  for (const row of rows) fromRaw(row, prepared.columns);
  return rows;
}

/** Integers above 2^53 lose precision, as on Cloudflare, instead of throwing. */
function readBigIntegers(prepared: Prepared, inputs: Input[]): Raw[] {
  prepared.statement.setReadBigInts(true);
  try {
    return prepared.statement.all(...inputs) as Raw[];
  } finally {
    prepared.statement.setReadBigInts(false);
  }
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE";
}

function fromRaw(row: Raw, columns: readonly string[]): Raw {
  for (const column of columns) {
    const value = row[column];
    if (value instanceof Uint8Array) row[column] = exactBuffer(value);
    else if (typeof value === "bigint") row[column] = Number(value);
  }
  return row;
}

function exactBuffer(bytes: Uint8Array): ArrayBufferLike {
  const { buffer, byteOffset, byteLength } = bytes;
  return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
}
