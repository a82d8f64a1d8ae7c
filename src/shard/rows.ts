/**
 * The only reader and writer of `rows`. Lists go in as one JSON parameter (`json_each`): a statement
 * for each batch, not for each row, and no limit of 100 parameters.
 */
import { Bitmap, type Cell } from "../engine/index.ts";
import type { SqlStorage } from "../platform/types.ts";
import type { StoredRecord } from "./interface.ts";

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

/** A parameter stays well below SQLite's 2 MB for a value. */
const PARAMETER_CHARACTERS = 500_000;

export class Rows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The highest row number ever given; -1 when there is none yet. */
  last(): number {
    return this.#sql.exec<{ n: number | null }>("SELECT max(row) AS n FROM rows").one().n ?? -1;
  }

  /** The numbers of all rows that are not deleted. */
  present(): Bitmap {
    const present = new Bitmap();
    for (const { row } of this.#sql.exec<{ row: number }>(
      "SELECT row FROM rows WHERE deleted_at IS NULL ORDER BY row",
    )) {
      present.add(row);
    }
    return present;
  }

  count(): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM rows WHERE deleted_at IS NULL").one().n;
  }

  newestUpdate(): number | null {
    return this.#sql.exec<{ at: number }>("SELECT at FROM changes ORDER BY seq DESC LIMIT 1").toArray()[0]?.at ?? null;
  }

  byKey(key: string): Row | null {
    const found = this.#sql
      .exec<SqlRow>("SELECT row, key, data, created_at, updated_at FROM rows WHERE key = ? AND deleted_at IS NULL", key)
      .toArray()[0];
    return found ? decode(found) : null;
  }

  byKeys(keys: readonly string[]): Map<string, Row> {
    const found = new Map<string, Row>();
    for (const part of jsonParts(keys)) {
      const rows = this.#sql.exec<SqlRow>(
        `SELECT r.row, r.key, r.data, r.created_at, r.updated_at
         FROM json_each(?) AS k CROSS JOIN rows AS r ON r.key = k.value AND r.deleted_at IS NULL`,
        part,
      );
      for (const row of rows) found.set(row.key, decode(row));
    }
    return found;
  }

  /** In the order asked for; deleted rows come with `cells` null. */
  byNumbers(numbers: readonly number[]): Row[] {
    const found = new Map<number, Row>();
    for (const part of jsonParts(numbers)) {
      const rows = this.#sql.exec<SqlRow>(
        `SELECT r.row, r.key, r.data, r.created_at, r.updated_at
         FROM json_each(?) AS n CROSS JOIN rows AS r ON r.row = n.value`,
        part,
      );
      for (const row of rows) found.set(row.row, decode(row));
    }
    return numbers.flatMap((number) => found.get(number) ?? []);
  }

  /** The numbers of up to `limit` rows from `from` on that are not deleted, ascending. */
  numbers(from: number, limit: number): number[] {
    const rows = this.#sql.exec<{ row: number }>(
      "SELECT row FROM rows WHERE row >= ? AND deleted_at IS NULL ORDER BY row LIMIT ?",
      from,
      limit,
    );
    return Array.from(rows, ({ row }) => row);
  }

  /** Rows with numbers from `from` to `to`, both included, that are not deleted; at most `limit`. */
  *range(from: number, to: number, limit = -1): Iterable<Row> {
    const rows = this.#sql.exec<SqlRow>(
      `SELECT row, key, data, created_at, updated_at FROM rows
       WHERE row BETWEEN ? AND ? AND deleted_at IS NULL ORDER BY row LIMIT ?`,
      from,
      to,
      limit,
    );
    for (const row of rows) yield decode(row);
  }

  /** `data`: the tuple of cells as JSON. */
  insert(rows: readonly { row: number; key: string; data: string }[], at: number): void {
    for (const part of jsonParts(rows.map((row) => [row.row, row.key, row.data]))) {
      this.#sql.exec(
        `INSERT INTO rows (row, key, data, created_at, updated_at)
         SELECT value ->> 0, value ->> 1, value ->> 2, ?, ? FROM json_each(?)`,
        at,
        at,
        part,
      );
    }
  }

  update(rows: readonly { row: number; data: string }[], at: number): void {
    for (const part of jsonParts(rows.map((row) => [row.row, row.data]))) {
      this.#sql.exec(
        `UPDATE rows SET data = j.value ->> 1, updated_at = ? FROM json_each(?) AS j WHERE rows.row = j.value ->> 0`,
        at,
        part,
      );
    }
  }

  /** Leaves a tombstone: number and key stay, the data goes. */
  remove(numbers: readonly number[], at: number): void {
    for (const part of jsonParts(numbers)) {
      this.#sql.exec(
        `UPDATE rows SET data = NULL, deleted_at = ?, updated_at = ? WHERE row IN (SELECT value FROM json_each(?))`,
        at,
        at,
        part,
      );
    }
  }

  /** Inside a transaction: forgets rows deleted before `at`. The highest number stays taken. */
  forgetRemoved(at: number): void {
    this.#sql.exec("DELETE FROM rows WHERE deleted_at < ? AND row < (SELECT max(row) FROM rows)", at);
  }

  /** The most frequent values of a text-like field among the first 50,000 rows. */
  frequent(field: number, text: string, limit: number): { value: string; count: number }[] {
    return this.#sql
      .exec<{ value: string; count: number }>(
        `SELECT CAST(v AS TEXT) AS value, count(*) AS count
         FROM (SELECT json_extract(data, ?) AS v FROM rows WHERE deleted_at IS NULL LIMIT 50000)
         WHERE v IS NOT NULL AND trim(v) <> '' AND instr(lower(v), lower(?)) > 0
         GROUP BY v ORDER BY instr(lower(v), lower(?)) > 1, count DESC, v LIMIT ?`,
        `$[${field}]`,
        text,
        text,
        limit,
      )
      .toArray();
  }
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

/** A list as JSON arrays, each below the size of a parameter. */
function* jsonParts(items: readonly unknown[]): Iterable<string> {
  let texts: string[] = [];
  let size = 0;
  for (const item of items) {
    const text = JSON.stringify(item);
    if (size + text.length > PARAMETER_CHARACTERS && texts.length > 0) {
      yield `[${texts.join(",")}]`;
      texts = [];
      size = 0;
    }
    texts.push(text);
    size += text.length + 1;
  }
  if (texts.length > 0) yield `[${texts.join(",")}]`;
}
