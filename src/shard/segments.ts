/** The only reader and writer of `segments`: what of each segment was computed, and how that stands. */
import type { SqlStorage } from "../platform/types.ts";
import type { SegmentState } from "./interface.ts";

export interface SegmentRow {
  readonly id: string;
  /** Version of the query that is computed, or was last. */
  readonly version: number;
  /** Changes when the same rows could give another membership: query, types of its fields, time zone. */
  readonly signature: string;
  readonly status: SegmentState["status"];
  /** Log position of the first complete computation; null before it. */
  readonly live_seq: number | null;
  readonly computed_at: number;
  readonly error: string | null;
  /** The query, as JSON, that the served membership follows; null before there is one. */
  readonly served: string | null;
}

export class Segments {
  readonly #sql: SqlStorage;
  readonly #rows = new Map<string, SegmentRow>();

  /** `moved`: when segments flipped of late, beside the flips that are sorted by segment. */
  constructor(sql: SqlStorage, moved: Iterable<readonly [segment: string, at: number]>) {
    this.#sql = sql;
    for (const { moved_at, ...row } of sql.exec<SegmentRow & { moved_at: number | null }>(
      `SELECT s.*, (SELECT at FROM changes WHERE seq = (SELECT max(f.seq) FROM flips AS f WHERE f.segment = s.id)) AS moved_at
       FROM segments AS s`,
    )) {
      this.#rows.set(row.id, { ...row, computed_at: Math.max(row.computed_at, moved_at ?? 0) });
    }
    for (const [id, at] of moved) if (at > (this.#rows.get(id)?.computed_at ?? at)) this.touch(id, at);
  }

  get(id: string): SegmentRow | undefined {
    return this.#rows.get(id);
  }

  all(): Iterable<SegmentRow> {
    return this.#rows.values();
  }

  computing(): SegmentRow[] {
    return [...this.#rows.values()].filter((row) => row.status === "computing");
  }

  put(row: SegmentRow): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO segments (id, version, signature, status, live_seq, computed_at, error, served)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.version,
      row.signature,
      row.status,
      row.live_seq,
      row.computed_at,
      row.error,
      row.served,
    );
    this.#rows.set(row.id, row);
  }

  /** In memory only: the count moved. The table keeps the time of the last computation, the log the later ones. */
  touch(id: string, at: number): void {
    const row = this.#rows.get(id);
    if (row) this.#rows.set(id, { ...row, computed_at: at });
  }

  /** Inside a transaction: writes down the times that the log is about to forget. */
  keepTimes(): void {
    for (const row of this.#rows.values()) this.put(row);
  }

  /** In memory only: the tables are gone. */
  clear(): void {
    this.#rows.clear();
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM segments WHERE id = ?", id);
    this.#rows.delete(id);
  }
}
