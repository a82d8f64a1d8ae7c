/** The tables of each relation's copies, made when the relation is first known, and `related_stores`, which names them. */
import type { SqlStorage } from "../../platform/types.ts";
import { bulkTables, keyBlocks } from "../storage-schema.ts";

export const prefixOf = (relation: number): string => `related_${relation}_`;
export const parentPrefixOf = (relation: number): string => `${prefixOf(relation)}parent_`;

/** Inside a transaction. Does nothing where they are there. */
export function openTables(sql: SqlStorage, relation: number): void {
  if (sql.exec("SELECT 1 FROM related_stores WHERE relation = ?", relation).toArray().length > 0) return;
  const prefix = prefixOf(relation);
  sql.exec("INSERT INTO related_stores (relation, waits) VALUES (?, 0)", relation);
  sql.exec(
    `CREATE TABLE ${prefix}rows (
       row INTEGER PRIMARY KEY, key TEXT NOT NULL, data TEXT, created_at INTEGER NOT NULL,
       updated_at INTEGER NOT NULL, deleted_at INTEGER);
     CREATE UNIQUE INDEX ${prefix}rows_by_key ON ${prefix}rows(key) WHERE deleted_at IS NULL;
     CREATE INDEX ${prefix}by_parent ON ${prefix}rows(data ->> 0) WHERE deleted_at IS NULL;
     CREATE INDEX ${prefix}waiting ON ${prefix}rows(data ->> 1) WHERE deleted_at IS NULL AND data ->> 1 IS NOT NULL;
     CREATE INDEX ${prefix}removed ON ${prefix}rows(deleted_at) WHERE deleted_at IS NOT NULL;
     ${bulkTables(prefix)}
     ${keyBlocks(parentPrefixOf(relation))}`,
  );
}

/** The relations that there are tables of. */
export function storedRelations(sql: SqlStorage): number[] {
  return Array.from(sql.exec<{ relation: number }>("SELECT relation FROM related_stores"), ({ relation }) => relation);
}

/** Blobs deleted at once. */
const DROPPED_A_STEP = 500;

/** Deletes some of what is stored of a relation that is gone, or, at the end, its tables: then false. */
export function dropSome(sql: SqlStorage, relation: number): boolean {
  const prefix = prefixOf(relation);
  for (const table of ["pages", "column_chunks", "rows"]) {
    const dropped = sql.exec(
      `DELETE FROM ${prefix}${table} WHERE rowid IN (SELECT rowid FROM ${prefix}${table} LIMIT ?) RETURNING 1`,
      DROPPED_A_STEP,
    );
    if (dropped.toArray().length > 0) return true;
  }
  for (const table of ["pages", "column_chunks", "rows", "key_blocks", "present_blocks", "parent_key_blocks"])
    sql.exec(`DROP TABLE ${prefix}${table}`);
  sql.exec("DELETE FROM related_stores WHERE relation = ?", relation);
  return false;
}
