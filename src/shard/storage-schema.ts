/** What a row store has beside its table of single rows; `prefix` tells the stores of one shard apart. */
export function bulkTables(prefix: string): string {
  return `CREATE TABLE ${prefix}pages (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, data BLOB NOT NULL);
   CREATE INDEX ${prefix}page_places ON ${prefix}pages(first, count);
   ${keyBlocks(prefix)}
   CREATE TABLE ${prefix}present_blocks (chunk INTEGER PRIMARY KEY, block BLOB NOT NULL);
   CREATE TABLE ${prefix}column_chunks (
     field INTEGER NOT NULL, chunk INTEGER NOT NULL, part INTEGER NOT NULL, form TEXT NOT NULL, data BLOB NOT NULL);
   CREATE UNIQUE INDEX ${prefix}column_chunk_places ON ${prefix}column_chunks(field, chunk, part, form);`;
}

/** What an index from hashes to rows in pages has. */
export function keyBlocks(prefix: string): string {
  return `CREATE TABLE ${prefix}key_blocks (
     run INTEGER NOT NULL, block INTEGER NOT NULL, low INTEGER NOT NULL, entries INTEGER NOT NULL,
     next_row INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (run, block));
   CREATE INDEX ${prefix}key_block_places ON ${prefix}key_blocks(run, block, low, entries, next_row);`;
}

/** The shard's tables. What each is for, and who writes it: storage-schema.md. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE rows (
     row INTEGER PRIMARY KEY, key TEXT NOT NULL, data TEXT, created_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL, deleted_at INTEGER);
   CREATE UNIQUE INDEX rows_by_key ON rows(key) WHERE deleted_at IS NULL;
   CREATE TABLE changes (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, payload TEXT NOT NULL);
   CREATE TABLE flips (
     segment TEXT NOT NULL, seq INTEGER NOT NULL, part INTEGER NOT NULL, payload TEXT NOT NULL,
     PRIMARY KEY (segment, seq, part)) WITHOUT ROWID;
   CREATE TABLE segments (
     id TEXT PRIMARY KEY, version INTEGER NOT NULL, signature TEXT NOT NULL, status TEXT NOT NULL,
     live_seq INTEGER, computed_at INTEGER NOT NULL, error TEXT) WITHOUT ROWID;
   CREATE TABLE memberships (
     segment TEXT NOT NULL, chunk INTEGER NOT NULL, block BLOB NOT NULL,
     PRIMARY KEY (segment, chunk)) WITHOUT ROWID;
   CREATE TABLE checkpoints (segment TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE import_batches (import_id TEXT PRIMARY KEY, batch INTEGER NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE import_removals (import_id TEXT PRIMARY KEY, removed INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE import_seen (
     import_id TEXT NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,
     PRIMARY KEY (import_id, chunk)) WITHOUT ROWID;`,
  "ALTER TABLE segments ADD COLUMN served TEXT",
  `CREATE TABLE field_forms (field INTEGER PRIMARY KEY, form TEXT NOT NULL);
   CREATE TABLE recasts (field INTEGER PRIMARY KEY, next INTEGER NOT NULL);`,
  "CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), processed_at INTEGER NOT NULL)",
  bulkTables(""),
  `CREATE TABLE related_rows (
     relation INTEGER NOT NULL, row INTEGER NOT NULL, key TEXT NOT NULL, parent TEXT NOT NULL,
     parent_row INTEGER NOT NULL, cells TEXT NOT NULL, PRIMARY KEY (relation, row)) WITHOUT ROWID;
   CREATE UNIQUE INDEX related_by_key ON related_rows(relation, key);
   CREATE INDEX related_by_parent ON related_rows(relation, parent_row);
   CREATE INDEX related_waiting ON related_rows(relation, parent) WHERE parent_row < 0;
   CREATE TABLE related_sources (
     relation INTEGER NOT NULL, shard INTEGER NOT NULL, seq INTEGER NOT NULL, complete INTEGER NOT NULL,
     PRIMARY KEY (relation, shard)) WITHOUT ROWID;
   CREATE TABLE copy_builds (relation TEXT PRIMARY KEY, next INTEGER) WITHOUT ROWID;
   CREATE TABLE copy_targets (
     relation TEXT NOT NULL, target INTEGER NOT NULL, seq INTEGER NOT NULL, complete INTEGER NOT NULL,
     PRIMARY KEY (relation, target)) WITHOUT ROWID;
   CREATE TABLE lookup_builds (relation INTEGER PRIMARY KEY, next INTEGER);
   CREATE TABLE lookups (
     relation INTEGER NOT NULL, key TEXT NOT NULL, cells TEXT, seq INTEGER NOT NULL,
     PRIMARY KEY (relation, key)) WITHOUT ROWID;
   CREATE TABLE lookups_due (
     relation INTEGER NOT NULL, key TEXT NOT NULL, after INTEGER NOT NULL, PRIMARY KEY (relation, key)) WITHOUT ROWID;
   CREATE TABLE pointers (
     relation INTEGER NOT NULL, key TEXT NOT NULL, row INTEGER NOT NULL,
     PRIMARY KEY (relation, key, row)) WITHOUT ROWID;
   CREATE TABLE interests (
     key TEXT NOT NULL, relation TEXT NOT NULL, shard INTEGER NOT NULL,
     PRIMARY KEY (key, relation, shard)) WITHOUT ROWID;
   CREATE TABLE interest_targets (
     relation TEXT NOT NULL, shard INTEGER NOT NULL, seq INTEGER NOT NULL,
     PRIMARY KEY (relation, shard)) WITHOUT ROWID;`,
  "CREATE TABLE log_size (id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL)",
  `ALTER TABLE related_rows ADD COLUMN members TEXT;
   ALTER TABLE related_sources ADD COLUMN shared TEXT NOT NULL DEFAULT '[]';
   ALTER TABLE copy_builds ADD COLUMN shared TEXT NOT NULL DEFAULT '[]';`,
  // Copies have tables of their own for each relation (related/copy-tables.ts) and are sent once more.
  `DROP TABLE related_rows;
   CREATE TABLE related_stores (relation INTEGER PRIMARY KEY, waits INTEGER NOT NULL);
   DELETE FROM related_sources;
   UPDATE copy_builds SET next = 0;
   UPDATE copy_targets SET complete = 0;`,
  `CREATE TABLE recent_flips (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL);
   ALTER TABLE flips ADD COLUMN entries INTEGER;`,
];
