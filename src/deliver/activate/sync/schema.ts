/** The sync object's tables. What each is for: storage-schema.md. */
import { TIMERS_TABLE } from "../../timers.ts";

export const MIGRATIONS: readonly string[] = [
  `${TIMERS_TABLE};
   CREATE TABLE sync (
     config TEXT, phase TEXT NOT NULL DEFAULT 'new', generation INTEGER NOT NULL DEFAULT 0, sweep_after TEXT,
     removal_confirmed INTEGER NOT NULL DEFAULT 0, paused INTEGER NOT NULL DEFAULT 0, ending_since INTEGER,
     error_code TEXT, error_detail TEXT, failed INTEGER NOT NULL DEFAULT 0,
     look_at INTEGER NOT NULL DEFAULT 0, read_attempt INTEGER NOT NULL DEFAULT 0, read_not_before INTEGER NOT NULL DEFAULT 0,
     send_attempt INTEGER NOT NULL DEFAULT 0, send_not_before INTEGER NOT NULL DEFAULT 0,
     caught_up_at INTEGER, last_synced_at INTEGER, audience_id TEXT, held INTEGER NOT NULL DEFAULT 0);
   INSERT INTO sync DEFAULT VALUES;
   CREATE TABLE shards (
     shard INTEGER PRIMARY KEY, seq INTEGER, after INTEGER NOT NULL DEFAULT -1, snapshot_done INTEGER NOT NULL DEFAULT 0);
   CREATE TABLE records (
     key TEXT PRIMARY KEY, identifier TEXT, reason TEXT, generation INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX records_by_identifier ON records(identifier) WHERE identifier IS NOT NULL;
   CREATE TABLE audience (
     identifier TEXT PRIMARY KEY, state TEXT NOT NULL, key TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
     retry_at INTEGER) WITHOUT ROWID;
   CREATE INDEX audience_by_retry ON audience(retry_at) WHERE retry_at IS NOT NULL;
   CREATE TRIGGER audience_inserted AFTER INSERT ON audience WHEN new.state = 'held'
     BEGIN UPDATE sync SET held = held + 1; END;
   CREATE TRIGGER audience_updated AFTER UPDATE OF state ON audience WHEN (new.state = 'held') <> (old.state = 'held')
     BEGIN UPDATE sync SET held = held + (new.state = 'held') - (old.state = 'held'); END;
   CREATE TRIGGER audience_deleted AFTER DELETE ON audience WHEN old.state = 'held'
     BEGIN UPDATE sync SET held = held - 1; END;
   CREATE TABLE dirty (
     n INTEGER PRIMARY KEY AUTOINCREMENT, identifier TEXT NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL,
     UNIQUE (identifier, key));
   CREATE TABLE runs (
     n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, started_at INTEGER NOT NULL,
     finished_at INTEGER, added INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0,
     rejected INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 1, error TEXT);
   CREATE TABLE results (
     n INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL,
     status TEXT NOT NULL, reason TEXT);
   CREATE INDEX results_by_run ON results(run, n);`,
  // A position that was followed so far may be of members that its snapshot showed early: it counts as shown up to now.
  `ALTER TABLE shards ADD COLUMN watched INTEGER;
   ALTER TABLE shards ADD COLUMN shown INTEGER;
   UPDATE shards SET watched = seq, shown = ${Number.MAX_SAFE_INTEGER};`,
];
