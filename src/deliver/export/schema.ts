/** The export object's tables. What each is for: storage-schema.md. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE export (
     id INTEGER PRIMARY KEY CHECK (id = 1), request TEXT NOT NULL, status TEXT NOT NULL, place TEXT NOT NULL,
     upload_id TEXT, parts TEXT NOT NULL, written INTEGER NOT NULL, rows INTEGER NOT NULL, failures INTEGER NOT NULL,
     finished_at INTEGER, error TEXT);
   CREATE TABLE rest (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL);`,
];
