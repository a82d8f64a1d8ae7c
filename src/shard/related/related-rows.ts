/**
 * The only reader and writer of `related_rows`: copies of the records that point at this shard's, by relation. A copy's
 * number is its place in the columns of its relation. Copies whose parent is not here (yet) have the parent row -1.
 * Indexes are named: without statistics SQLite takes the primary key, and with it reads all copies of a relation.
 */
import { Bitmap, type Cell, type Field } from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import { jsonParts } from "../json-parts.ts";

export interface Copy {
  readonly row: number;
  readonly key: string;
  /** The key it points at, and that record's row number. */
  readonly parent: string;
  readonly parent_row: number;
  readonly cells: readonly Cell[];
  /** The segments of its own dataset that it is in, of those that are told. */
  readonly members: readonly string[];
}

interface SqlCopy {
  row: number;
  key: string;
  parent: string;
  parent_row: number;
  cells: string;
  members: string | null;
}

export const NO_PARENT = -1;
const COLUMNS = "r.row, r.key, r.parent, r.parent_row, r.cells, r.members";

export class RelatedRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The highest number in use; -1 when there is none. */
  last(relation: number): number {
    const { n } = this.#sql
      .exec<{ n: number | null }>("SELECT max(row) AS n FROM related_rows WHERE relation = ?", relation)
      .one();
    return n ?? -1;
  }

  /** The copy with the highest number in a range. */
  lastWithin(relation: number, from: number, to: number): Pick<Copy, "row" | "parent_row"> | undefined {
    return this.#sql
      .exec<{ row: number; parent_row: number }>(
        "SELECT row, parent_row FROM related_rows WHERE relation = ? AND row BETWEEN ? AND ? ORDER BY row DESC LIMIT 1",
        relation,
        from,
        to,
      )
      .toArray()[0];
  }

  present(relation: number): Bitmap {
    const present = new Bitmap();
    const rows = this.#sql.exec<{ row: number }>(
      "SELECT row FROM related_rows WHERE relation = ? ORDER BY row",
      relation,
    );
    for (const { row } of rows) present.add(row);
    present.takeDirty();
    return present;
  }

  byKeys(relation: number, keys: Iterable<string>): Map<string, Copy> {
    const found = new Map<string, Copy>();
    for (const part of jsonParts(keys)) {
      const rows = this.#sql.exec<SqlCopy>(
        `SELECT ${COLUMNS} FROM json_each(?) AS k CROSS JOIN related_rows AS r INDEXED BY related_by_key
         ON r.relation = ? AND r.key = k.value`,
        part,
        relation,
      );
      for (const row of rows) found.set(row.key, decode(row));
    }
    return found;
  }

  /** The planner would rather read all copies of the relation: the index is named wherever it is needed. */
  ofParent(relation: number, parentRow: number): Copy[] {
    return Array.from(
      this.#sql.exec<SqlCopy>(
        `SELECT ${COLUMNS} FROM related_rows AS r INDEXED BY related_by_parent
         WHERE r.relation = ? AND r.parent_row = ?`,
        relation,
        parentRow,
      ),
      decode,
    );
  }

  /** Those that wait for a key. */
  waitingFor(relation: number, parent: string): Copy[] {
    return Array.from(
      this.#sql.exec<SqlCopy>(
        `SELECT ${COLUMNS} FROM related_rows AS r INDEXED BY related_waiting
         WHERE r.relation = ? AND r.parent_row < 0 AND r.parent = ?`,
        relation,
        parent,
      ),
      decode,
    );
  }

  /** Whether any copy waits. */
  anyWaits(relation: number): boolean {
    const found = this.#sql.exec(
      "SELECT 1 FROM related_rows INDEXED BY related_waiting WHERE relation = ? AND parent_row < 0 LIMIT 1",
      relation,
    );
    return found.toArray().length > 0;
  }

  /** Copies with numbers from `from` to `to`, both included, ascending; at most `limit`. */
  *range(relation: number, from: number, to: number, limit = -1): Iterable<Copy> {
    const rows = this.#sql.exec<SqlCopy>(
      `SELECT ${COLUMNS} FROM related_rows AS r WHERE r.relation = ? AND r.row BETWEEN ? AND ? ORDER BY r.row LIMIT ?`,
      relation,
      from,
      to,
      limit,
    );
    for (const row of rows) yield decode(row);
  }

  put(relation: number, copies: readonly Copy[]): void {
    const tuples = copies.map(({ row, key, parent, parent_row, cells, members }) => [
      ...[row, key, parent, parent_row, JSON.stringify(cells)],
      members.length === 0 ? null : JSON.stringify(members),
    ]);
    for (const part of jsonParts(tuples)) {
      this.#sql.exec(
        `INSERT OR REPLACE INTO related_rows (relation, row, key, parent, parent_row, cells, members)
         SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?)`,
        relation,
        part,
      );
    }
  }

  remove(relation: number, rows: readonly number[]): void {
    for (const part of jsonParts(rows)) {
      this.#sql.exec(
        "DELETE FROM related_rows WHERE relation = ? AND row IN (SELECT value FROM json_each(?))",
        relation,
        part,
      );
    }
  }

  /** New records take up the copies that wait for their keys. The copies' numbers with their new parents. */
  adopt(relation: number, parents: Iterable<{ row: number; key: string }>): { row: number; parent_row: number }[] {
    const adopted: { row: number; parent_row: number }[] = [];
    for (const part of jsonParts(pairs(parents))) {
      const rows = this.#sql.exec<{ row: number; parent_row: number }>(
        `SELECT r.row, j.value ->> 0 AS parent_row FROM json_each(?) AS j
         CROSS JOIN related_rows AS r INDEXED BY related_waiting
         ON r.relation = ? AND r.parent_row < 0 AND r.parent = j.value ->> 1`,
        part,
        relation,
      );
      for (const row of rows) adopted.push(row);
    }
    for (const { row, parent_row } of adopted) {
      this.#sql.exec(
        "UPDATE related_rows SET parent_row = ? WHERE relation = ? AND row = ?",
        parent_row,
        relation,
        row,
      );
    }
    return adopted;
  }

  /** Records went: their copies wait. The copies' numbers. */
  orphan(relation: number, parentRows: readonly number[]): number[] {
    const orphaned: number[] = [];
    for (const part of jsonParts(parentRows)) {
      const rows = this.#sql.exec<{ row: number }>(
        `UPDATE related_rows INDEXED BY related_by_parent SET parent_row = ${NO_PARENT}
         WHERE relation = ? AND parent_row IN (SELECT value FROM json_each(?)) RETURNING row`,
        relation,
        part,
      );
      for (const { row } of rows) orphaned.push(row);
    }
    return orphaned;
  }

  /** The relations that there are copies of. */
  relations(): number[] {
    return Array.from(
      this.#sql.exec<{ relation: number }>("SELECT DISTINCT relation FROM related_rows"),
      (one) => one.relation,
    );
  }

  /** Deletes up to `limit` copies of a relation that is gone; false when none is left. */
  drop(relation: number, limit: number): boolean {
    const deleted = this.#sql.exec(
      `DELETE FROM related_rows WHERE relation = ? AND row IN
       (SELECT row FROM related_rows WHERE relation = ? LIMIT ?) RETURNING row`,
      relation,
      relation,
      limit,
    );
    return deleted.toArray().length > 0;
  }
}

function decode({ cells, members, ...copy }: SqlCopy): Copy {
  const known = members === null ? NONE : (JSON.parse(members) as string[]);
  return { ...copy, cells: JSON.parse(cells) as Cell[], members: known };
}

const NONE: readonly string[] = [];

/** Copies as columns have one more field: the segments that each is in. Above all ids of stored fields. */
export const MEMBERS: Field = { id: 2 ** 19, name: "", type: "text_array" };

/** The cells of a copy with those of `MEMBERS`. */
export function cellsOf({ cells, members }: Copy): readonly (Cell | undefined)[] {
  if (members.length === 0) return cells;
  const all: (Cell | undefined)[] = [...cells];
  all[MEMBERS.id] = members;
  return all;
}

function* pairs(rows: Iterable<{ row: number; key: string }>): Generator<[number, string], void, undefined> {
  for (const { row, key } of rows) yield [row, key];
}
