/**
 * The control plane's database: drizzle over D1, on both hosts. Several statements that belong together go
 * through `batch()`, which is one transaction; drizzle's `transaction()` sends BEGIN, which D1 refuses.
 *
 * A batch cannot ask "and only if". What must not happen is therefore made impossible: a column that may not
 * be null becomes null when the expectation fails, and the whole batch is undone (`raised`, `violated`).
 */
import { type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { D1Database } from "../platform/types.ts";

export type Database = DrizzleD1Database<Record<string, never>>;
export type Statement = BatchItem<"sqlite">;

const opened = new WeakMap<D1Database, Database>();
const bindings = new WeakMap<Database, D1Database>();

/** The drizzle view of a D1 binding; the same one for the same binding. */
export function openDatabase(d1: D1Database): Database {
  const known = opened.get(d1);
  if (known) return known;
  const database: Database = drizzle(d1);
  opened.set(d1, database);
  bindings.set(database, d1);
  return database;
}

/** The binding that a database was opened on. */
export function d1Of(db: Database): D1Database | undefined {
  return bindings.get(db);
}

/** Whether the database is this process's own, and everybody who writes into it is in this process. */
export function isInProcess(db: Database): boolean {
  return bindings.get(db)?.writes !== undefined;
}

/** Runs all statements as one transaction. */
export async function runBatch(db: Database, statements: readonly Statement[]): Promise<void> {
  const [first, ...others] = statements;
  if (first) await db.batch([first, ...others]);
}

/** The column's value plus one, where it is `expected`; else null, which the table refuses. */
export function raised(column: SQLiteColumn, expected: number): SQL<number> {
  return sql<number>`CASE WHEN ${column} = ${expected} THEN ${expected} + 1 ELSE NULL END`;
}

/** Whether an error is the database refusing a row: `violated(error, "NOT NULL", "datasets.catalogue_version")`. */
export function violated(error: unknown, constraint: "NOT NULL" | "UNIQUE" | "FOREIGN KEY", column = ""): boolean {
  const wanted = `${constraint} constraint failed${column && `: ${column}`}`;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes(wanted)) return true;
  }
  return false;
}

/** How many rows a statement wrote. */
export function changes(result: { meta: { changes: number } }): number {
  return result.meta.changes;
}
