/** The importer's tables. What each is for, and who writes it: storage-schema.md. */
import type { SqlStorage } from "../../platform/types.ts";

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE imports (
     id TEXT PRIMARY KEY, position INTEGER NOT NULL, request TEXT NOT NULL, state TEXT NOT NULL,
     open INTEGER NOT NULL, cancelled INTEGER NOT NULL DEFAULT 0, progress TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE rejects (
     import_id TEXT NOT NULL, n INTEGER NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
     row TEXT NOT NULL, PRIMARY KEY (import_id, n)) WITHOUT ROWID;
   CREATE TABLE inspections (
     upload_id TEXT PRIMARY KEY, request TEXT NOT NULL, open INTEGER NOT NULL, progress TEXT, answer TEXT NOT NULL) WITHOUT ROWID;`,
];

export function migrate(sql: SqlStorage): void {
  sql.exec("CREATE TABLE IF NOT EXISTS _migrations (id INTEGER PRIMARY KEY)");
  const done = sql.exec<{ n: number }>("SELECT count(*) AS n FROM _migrations").one().n;
  for (let i = done; i < MIGRATIONS.length; i++) {
    sql.exec(MIGRATIONS[i] as string);
    sql.exec("INSERT INTO _migrations (id) VALUES (?)", i + 1);
  }
}
