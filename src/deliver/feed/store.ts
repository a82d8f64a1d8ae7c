/** What the feed knows: positions, counts, who follows what. Synchronous, inside the caller's transaction. */
import type { SqlStorage } from "../../platform/types.ts";
import type { Announcement, SegmentState } from "../../shard/interface.ts";
import type { FeedCatalogue, FeedSync } from "./ports.ts";
import type { ShardState } from "./totals.ts";

export interface FeedRow {
  readonly workspace_id: string | null;
  readonly catalogue_version: number;
  readonly wanted_version: number;
  readonly shard_count: number;
  readonly load_wanted: number;
  readonly load_done: number;
  readonly load_attempt: number;
}

/** What a load found that was not known before. */
interface Fresh {
  /** Their number is another. */
  readonly shards: boolean;
  readonly segments: readonly string[];
  readonly syncs: readonly string[];
}

export class FeedStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  row(): FeedRow {
    return this.#sql.exec<FeedRow>("SELECT * FROM feed").one();
  }

  /** Keeps the largest position of a shard. */
  putShard({ shard, seq, at, record_count, workspace_id }: Announcement): void {
    this.#sql.exec(
      `INSERT INTO shards (shard, seq, at, record_count) VALUES (?, ?, ?, ?)
       ON CONFLICT (shard) DO UPDATE SET seq = excluded.seq, at = excluded.at, record_count = excluded.record_count
       WHERE excluded.seq >= shards.seq`,
      shard,
      seq,
      at,
      record_count,
    );
    this.#sql.exec("UPDATE feed SET workspace_id = ?", workspace_id);
  }

  /** Keeps the newest state of a segment in a shard. True when it was news. */
  putState({ shard, seq, at }: Announcement, state: SegmentState): boolean {
    const written = this.#sql.exec<{ segment_id: string }>(
      `INSERT INTO counts (segment_id, shard, seq, at, version, status, progress, count, computed_at, error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (segment_id, shard) DO UPDATE SET
         seq = excluded.seq, at = excluded.at, version = excluded.version, status = excluded.status,
         progress = excluded.progress, count = excluded.count, computed_at = excluded.computed_at, error = excluded.error
       WHERE (excluded.seq, excluded.at) >= (counts.seq, counts.at)
         AND (excluded.seq, excluded.version, excluded.status, excluded.progress, excluded.count, excluded.computed_at)
           <> (counts.seq, counts.version, counts.status, counts.progress, counts.count, counts.computed_at)
       RETURNING segment_id`,
      state.segment_id,
      shard,
      seq,
      at,
      state.version,
      state.status,
      state.progress,
      state.count,
      state.computed_at,
      state.error ?? null,
    );
    return written.toArray().length > 0;
  }

  recordCount(shardCount: number): number | null {
    const { n, total } = this.#sql
      .exec<{ n: number; total: number | null }>(
        "SELECT count(record_count) AS n, sum(record_count) AS total FROM shards WHERE shard < ?",
        shardCount,
      )
      .one();
    return shardCount > 0 && n === shardCount ? total : null;
  }

  states(segmentId: string, shardCount: number): ShardState[] {
    return this.#sql
      .exec<ShardState>(
        `SELECT version, status, progress, count, computed_at, error FROM counts WHERE segment_id = ? AND shard < ?`,
        segmentId,
        shardCount,
      )
      .toArray();
  }

  knowsSegment(segmentId: string): boolean {
    return this.#sql.exec("SELECT 1 AS known FROM segments WHERE segment_id = ?", segmentId).toArray().length > 0;
  }

  segmentIds(): string[] {
    const rows = this.#sql.exec<{ segment_id: string }>("SELECT segment_id FROM segments").toArray();
    return rows.map((row) => row.segment_id);
  }

  syncIds(): string[] {
    return this.#sql
      .exec<{ sync_id: string }>("SELECT sync_id FROM syncs")
      .toArray()
      .map((row) => row.sync_id);
  }

  syncsFollowing(segmentIds: readonly string[]): string[] {
    const rows = this.#sql.exec<{ sync_id: string }>(
      "SELECT sync_id FROM syncs WHERE segment_id IN (SELECT value FROM json_each(?))",
      JSON.stringify(segmentIds),
    );
    return rows.toArray().map((row) => row.sync_id);
  }

  want(version: number): void {
    this.#sql.exec("UPDATE feed SET load_wanted = load_wanted + 1, wanted_version = max(wanted_version, ?)", version);
  }

  failedLoad(): number {
    return this.#sql
      .exec<{ n: number }>("UPDATE feed SET load_attempt = load_attempt + 1 RETURNING load_attempt AS n")
      .one().n;
  }

  /**
   * The control plane as it was when load number `load` was asked for. Answers what of it is new: of what was known
   * the shards tell. With another number of shards all of it is.
   */
  putCatalogue(catalogue: FeedCatalogue, syncs: readonly FeedSync[], load: number): Fresh {
    const { version, workspace_id, shard_count, segments } = catalogue;
    const fresh = this.#fresh(catalogue, syncs);
    this.#sql.exec(
      `UPDATE feed SET workspace_id = ?, shard_count = ?, load_done = max(load_done, ?), load_attempt = 0,
         catalogue_version = max(catalogue_version, ?), wanted_version = max(wanted_version, ?)`,
      workspace_id,
      shard_count,
      load,
      version,
      version,
    );
    this.#replace(
      "segments",
      "segment_id, version",
      segments.map((one) => [one.id, one.version]),
    );
    this.#replace(
      "syncs",
      "sync_id, segment_id",
      syncs.map((one) => [one.id, one.segment_id]),
    );
    this.#sql.exec("DELETE FROM counts WHERE segment_id NOT IN (SELECT segment_id FROM segments)");
    const shards = JSON.stringify(Array.from({ length: shard_count }, (_, shard) => shard));
    this.#sql.exec(
      "INSERT INTO shards (shard) SELECT value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
      shards,
    );
    return fresh;
  }

  #fresh({ shard_count, segments }: FeedCatalogue, syncs: readonly FeedSync[]): Fresh {
    const shards = this.row().shard_count !== shard_count;
    const known = new Set(shards ? [] : [...this.segmentIds(), ...this.syncIds()]);
    const unknown = (ones: readonly { id: string }[]) => ones.map(({ id }) => id).filter((id) => !known.has(id));
    return { shards, segments: unknown(segments), syncs: unknown(syncs) };
  }

  #replace(table: "segments" | "syncs", columns: string, rows: readonly (readonly (string | number)[])[]): void {
    this.#sql.exec(`DELETE FROM ${table}`);
    this.#sql.exec(
      `INSERT INTO ${table} (${columns}) SELECT value ->> 0, value ->> 1 FROM json_each(?)`,
      JSON.stringify(rows),
    );
  }

  /** Shards that have not acknowledged a version. */
  behind(version: number, shardCount: number): string[] {
    const rows = this.#sql.exec<{ shard: number }>(
      "SELECT shard FROM shards WHERE shard < ? AND refreshed < ?",
      shardCount,
      version,
    );
    return rows.toArray().map((row) => String(row.shard));
  }

  refreshed(shard: number, version: number): void {
    this.#sql.exec("UPDATE shards SET refreshed = max(refreshed, ?) WHERE shard = ?", version, shard);
  }
}
