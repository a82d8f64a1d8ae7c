/** Sandbox Ads' tables. What each is for: storage-schema.md. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE audiences (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, segment_id TEXT NOT NULL,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE members (
     audience_id TEXT NOT NULL, identifier TEXT NOT NULL, PRIMARY KEY (audience_id, identifier)) WITHOUT ROWID;
   CREATE TABLE faults (kind TEXT NOT NULL, times INTEGER, seen INTEGER NOT NULL);
   INSERT INTO faults (kind, times, seen) VALUES ('none', NULL, 0);`,
];
