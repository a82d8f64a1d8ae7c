/**
 * The only reader and writer of `lookups` and `pointers`: copies of the records that this shard's rows point at, and which
 * rows point at each. A row's older pointers are left behind; whoever reads them looks at the row.
 */
import type { Cell } from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import { jsonParts } from "../json-parts.ts";

export interface Lookup {
  readonly key: string;
  /** Null: there is no such record. */
  readonly cells: readonly Cell[] | null;
  /** The log position of its shard at which it was so. */
  readonly seq: number;
}

interface SqlLookup {
  key: string;
  cells: string | null;
  seq: number;
}

/** Entries kept in memory for each relation. */
const KEPT = 50_000;

export class LookupRows {
  readonly #sql: SqlStorage;
  readonly #kept = new Map<number, Map<string, Lookup>>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Undefined: nobody asked for it yet. */
  get(relation: number, key: string): Lookup | undefined {
    const known = this.#keptOf(relation).get(key);
    return known ?? this.many(relation, [key]).get(key);
  }

  many(relation: number, keys: readonly string[]): Map<string, Lookup> {
    const kept = this.#keptOf(relation);
    const found = new Map<string, Lookup>();
    const unknown: string[] = [];
    for (const key of keys) {
      const known = kept.get(key);
      if (known) found.set(key, known);
      else unknown.push(key);
    }
    for (const part of jsonParts(unknown)) {
      const rows = this.#sql.exec<SqlLookup>(
        `SELECT l.key, l.cells, l.seq FROM json_each(?) AS k CROSS JOIN lookups AS l
         ON l.relation = ? AND l.key = k.value`,
        part,
        relation,
      );
      for (const { key, cells, seq } of rows) {
        const lookup = { key, cells: cells === null ? null : (JSON.parse(cells) as Cell[]), seq };
        found.set(key, lookup);
        this.#keep(kept, lookup);
      }
    }
    return found;
  }

  put(relation: number, lookups: readonly Lookup[]): void {
    const tuples = lookups.map(({ key, cells, seq }) => [key, cells === null ? null : JSON.stringify(cells), seq]);
    for (const part of jsonParts(tuples)) {
      this.#sql.exec(
        `INSERT OR REPLACE INTO lookups (relation, key, cells, seq)
         SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`,
        relation,
        part,
      );
    }
    for (const lookup of lookups) this.#keep(this.#keptOf(relation), lookup);
  }

  /** Memory may be ahead of a transaction that failed. */
  forget(): void {
    this.#kept.clear();
  }

  #keptOf(relation: number): Map<string, Lookup> {
    const known = this.#kept.get(relation);
    if (known) return known;
    const kept = new Map<string, Lookup>();
    this.#kept.set(relation, kept);
    return kept;
  }

  #keep(kept: Map<string, Lookup>, lookup: Lookup): void {
    if (kept.size >= KEPT) kept.clear();
    kept.set(lookup.key, lookup);
  }

  /** These rows point at these keys. */
  point(relation: number, pointers: readonly (readonly [key: string, row: number])[]): void {
    for (const part of jsonParts(pointers)) {
      this.#sql.exec(
        `INSERT INTO pointers (relation, key, row) SELECT ?, value ->> 0, value ->> 1 FROM json_each(?)
         WHERE true ON CONFLICT DO NOTHING`,
        relation,
        part,
      );
    }
  }

  /** Numbers above `after` of rows that point at a key, or did, ascending. */
  pointing(relation: number, key: string, after: number, limit: number): number[] {
    const rows = this.#sql.exec<{ row: number }>(
      "SELECT row FROM pointers WHERE relation = ? AND key = ? AND row > ? ORDER BY row LIMIT ?",
      relation,
      key,
      after,
      limit,
    );
    return Array.from(rows, ({ row }) => row);
  }

  /** Those of the keys that any row points at, or did. */
  pointedAt(relation: number, keys: readonly string[]): string[] {
    const found: string[] = [];
    for (const part of jsonParts(keys)) {
      const rows = this.#sql.exec<{ key: string }>(
        `SELECT k.value AS key FROM json_each(?) AS k
         WHERE EXISTS (SELECT 1 FROM pointers AS p WHERE p.relation = ? AND p.key = k.value)`,
        part,
        relation,
      );
      for (const { key } of rows) found.push(key);
    }
    return found;
  }

  /** They point elsewhere now, or are gone. */
  unpoint(relation: number, key: string, rows: readonly number[]): void {
    for (const part of jsonParts(rows)) {
      this.#sql.exec(
        "DELETE FROM pointers WHERE relation = ? AND key = ? AND row IN (SELECT value FROM json_each(?))",
        relation,
        key,
        part,
      );
    }
  }

  /** Deletes some of what there is of a relation that is gone; false when none is left. */
  drop(relation: number, limit: number): boolean {
    const tables = [
      ["lookups", "key"],
      ["pointers", "key"],
    ] as const;
    for (const [table, column] of tables) {
      const deleted = this.#sql.exec(
        `DELETE FROM ${table} WHERE relation = ? AND ${column} IN
         (SELECT ${column} FROM ${table} WHERE relation = ? LIMIT ?) RETURNING relation`,
        relation,
        relation,
        limit,
      );
      if (deleted.toArray().length > 0) return true;
    }
    this.#kept.delete(relation);
    return false;
  }
}
