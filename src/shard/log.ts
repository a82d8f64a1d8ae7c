/**
 * The only writer of `changes`, and with its flips (log/flip-log.ts) the shard's redo log. An entry is written in the
 * transaction of what it tells; memberships and columns in memory follow only after.
 */
import type { SqlStorage } from "../platform/types.ts";
import { jsonParts } from "./json-parts.ts";
import { FlipLog } from "./log/flip-log.ts";
import type { FlipEntry, Flips } from "./log/flip-payloads.ts";

export type { FlipEntry, Flips } from "./log/flip-payloads.ts";

/** Which rows an entry concerns. `fields` are the ids of the fields that changed. */
export interface RowChanges {
  readonly added: readonly number[];
  readonly updated: readonly (readonly [row: number, fields: readonly number[]])[];
  readonly removed: readonly number[];
}

export class Log {
  readonly #sql: SqlStorage;
  readonly #flips: FlipLog;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#flips = new FlipLog(sql);
  }

  newest(): number {
    return this.#sql.exec<{ seq: number | null }>("SELECT max(seq) AS seq FROM changes").one().seq ?? 0;
  }

  /** The oldest entry still kept; a cursor below `oldest - 1` has missed something. */
  oldest(): number {
    return this.#sql.exec<{ seq: number | null }>("SELECT min(seq) AS seq FROM changes").one().seq ?? 1;
  }

  /** Inside a transaction: drops the entries from before `at`, but never the newest one. */
  trim(at: number): void {
    const { seq } = this.#sql
      .exec<{ seq: number | null }>(
        "SELECT max(seq) AS seq FROM changes WHERE at < ? AND seq < (SELECT max(seq) FROM changes)",
        at,
      )
      .one();
    if (seq !== null) this.#dropTo(seq);
  }

  /** Inside a transaction: drops the older half of the entries, none above `upTo`, and never the newest one. */
  halve(upTo = Number.MAX_SAFE_INTEGER): void {
    const [oldest, newest] = [this.oldest(), this.newest()];
    if (oldest < newest) this.#dropTo(Math.min(upTo, oldest + Math.floor((newest - 1 - oldest) / 2)));
  }

  #dropTo(seq: number): void {
    this.#sql.exec("DELETE FROM changes WHERE seq <= ?", seq);
    this.#flips.dropTo(seq);
    this.#sql.exec(
      "INSERT OR REPLACE INTO log_size (id, bytes) VALUES (1, ? + (SELECT coalesce(sum(length(payload)), 0) FROM changes))",
      this.#flips.bytes(),
    );
  }

  /** Bytes of all entries, about: of those that are text, the characters. */
  size(): number {
    return this.#sql.exec<{ bytes: number }>("SELECT bytes FROM log_size").toArray()[0]?.bytes ?? 0;
  }

  #grew(bytes: number): void {
    this.#sql.exec(
      "INSERT INTO log_size (id, bytes) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET bytes = bytes + excluded.bytes",
      bytes,
    );
  }

  /** When the oldest entry was written; null when there is none. */
  oldestAt(): number | null {
    return this.#sql.exec<{ at: number }>("SELECT at FROM changes ORDER BY seq LIMIT 1").toArray()[0]?.at ?? null;
  }

  /** The position before everything that happened at `at` or later; null where the log does not reach back so far. */
  positionAt(at: number): number | null {
    let [low, high] = [this.oldest() - 1, this.newest()];
    // Entries lie in the order of their times, and their numbers may have gaps.
    while (low < high) {
      const middle = Math.floor((low + high) / 2) + 1;
      const next = this.#sql
        .exec<{ at: number }>("SELECT at FROM changes WHERE seq >= ? ORDER BY seq LIMIT 1", middle)
        .one();
      if (next.at < at) low = middle;
      else high = middle - 1;
    }
    const reaches = low >= this.oldest() || low === 0;
    return reaches ? low : null;
  }

  append(seq: number, at: number, rows: RowChanges, flips: ReadonlyMap<string, Flips>): void {
    const payload = JSON.stringify(packRows(rows));
    this.#sql.exec("INSERT INTO changes (seq, at, payload) VALUES (?, ?, ?)", seq, at, payload);
    this.#grew(payload.length + this.#flips.append(seq, flips));
  }

  /** A segment's flips after `seq`, oldest first. Consume before any await. */
  flipsAfter(segment: string, seq: number, upTo = Number.MAX_SAFE_INTEGER): Iterable<FlipEntry> {
    return this.#flips.after(segment, seq, upTo);
  }

  /** A segment's flips, newest first, with their times; as far as the log reaches. */
  *newestFlips(segment: string): Iterable<FlipEntry & { at: number }> {
    for (const flip of this.#flips.newest(segment)) {
      const at = this.#at(flip.seq);
      if (at === null) return;
      yield { ...flip, at };
    }
  }

  /** When segments flipped of late, by the log's recent entries. */
  *recentTimes(): Iterable<[segment: string, at: number]> {
    for (const [segment, seq] of this.#flips.newestRecent()) {
      const at = this.#at(seq);
      if (at !== null) yield [segment, at];
    }
  }

  #at(seq: number): number | null {
    return this.#sql.exec<{ at: number }>("SELECT at FROM changes WHERE seq = ?", seq).toArray()[0]?.at ?? null;
  }

  /** When these entries were written; those that the log does not have any more are left out. */
  times(seqs: readonly number[]): Map<number, number> {
    const times = new Map<number, number>();
    for (const part of jsonParts([...new Set(seqs)])) {
      const found = this.#sql.exec<{ seq: number; at: number }>(
        "SELECT seq, at FROM changes WHERE seq IN (SELECT value FROM json_each(?))",
        part,
      );
      for (const { seq, at } of found) times.set(seq, at);
    }
    return times;
  }

  get isSortDue(): boolean {
    return this.#flips.isSortDue;
  }

  /** Sorts the recent flips by segment: each step in a transaction of its own, others may come in between. */
  sortFlips(): Iterable<() => void> {
    return this.#flips.sortSteps();
  }

  /** What happened to rows after `seq`, oldest first, at most `limit` entries. */
  *rowsAfter(seq: number, limit: number): Iterable<RowChanges & { seq: number }> {
    const found = this.#sql.exec<{ seq: number; payload: string }>(
      "SELECT seq, payload FROM changes WHERE seq > ? ORDER BY seq LIMIT ?",
      seq,
      limit,
    );
    for (const row of found) yield { seq: row.seq, ...unpackRows(JSON.parse(row.payload) as PackedRows) };
  }

  /** Inside a transaction. */
  forget(segment: string): void {
    this.#flips.forget(segment);
  }

  /** After a transaction that failed. */
  forgetRead(): void {
    this.#flips.forgetRead();
  }
}

interface PackedRows {
  /** Added, as [first, length] runs: imports append. */
  a?: [number, number][];
  u?: (readonly [number, readonly number[]])[];
  d?: readonly number[];
}

function packRows(rows: RowChanges): PackedRows {
  const packed: PackedRows = {};
  if (rows.added.length > 0) packed.a = runs(rows.added);
  if (rows.updated.length > 0) packed.u = [...rows.updated];
  if (rows.removed.length > 0) packed.d = rows.removed;
  return packed;
}

function unpackRows(packed: PackedRows): RowChanges {
  const added = (packed.a ?? []).flatMap(([first, length]) => Array.from({ length }, (_, i) => first + i));
  return { added, updated: packed.u ?? [], removed: packed.d ?? [] };
}

function runs(ascending: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const row of ascending) {
    const last = found.at(-1);
    if (last && row === last[0] + last[1]) last[1]++;
    else found.push([row, 1]);
  }
  return found;
}
