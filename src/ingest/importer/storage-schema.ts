/** The importer's tables. What each is for, and who writes it: storage-schema.md. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE imports (
     id TEXT PRIMARY KEY, position INTEGER NOT NULL, request TEXT NOT NULL, state TEXT NOT NULL,
     open INTEGER NOT NULL, cancelled INTEGER NOT NULL DEFAULT 0, progress TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE rejects (
     import_id TEXT NOT NULL, n INTEGER NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
     row TEXT NOT NULL, PRIMARY KEY (import_id, n)) WITHOUT ROWID;
   CREATE TABLE inspections (
     upload_id TEXT PRIMARY KEY, request TEXT NOT NULL, open INTEGER NOT NULL, progress TEXT, answer TEXT NOT NULL) WITHOUT ROWID;`,
];
