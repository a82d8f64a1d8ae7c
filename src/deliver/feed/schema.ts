/** The feed's tables. What each is for: storage-schema.md. */
import { TIMERS_TABLE } from "../timers.ts";

export const MIGRATIONS: readonly string[] = [
  `${TIMERS_TABLE};
   CREATE TABLE feed (
     workspace_id TEXT, catalogue_version INTEGER NOT NULL DEFAULT 0, wanted_version INTEGER NOT NULL DEFAULT 0,
     shard_count INTEGER NOT NULL DEFAULT 0, load_wanted INTEGER NOT NULL DEFAULT 0, load_done INTEGER NOT NULL DEFAULT 0,
     load_attempt INTEGER NOT NULL DEFAULT 0);
   INSERT INTO feed DEFAULT VALUES;
   CREATE TABLE shards (
     shard INTEGER PRIMARY KEY, seq INTEGER NOT NULL DEFAULT -1, at INTEGER NOT NULL DEFAULT 0,
     record_count INTEGER, refreshed INTEGER NOT NULL DEFAULT 0);
   CREATE TABLE counts (
     segment_id TEXT NOT NULL, shard INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, version INTEGER NOT NULL,
     status TEXT NOT NULL, progress REAL NOT NULL, count INTEGER NOT NULL, computed_at INTEGER NOT NULL, error TEXT,
     PRIMARY KEY (segment_id, shard)) WITHOUT ROWID;
   CREATE TABLE segments (segment_id TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE syncs (sync_id TEXT PRIMARY KEY, segment_id TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX syncs_by_segment ON syncs(segment_id);
   CREATE TABLE outbox (
     kind TEXT NOT NULL, id TEXT NOT NULL, generation INTEGER NOT NULL, attempt INTEGER NOT NULL DEFAULT 0,
     not_before INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id)) WITHOUT ROWID;`,
];
