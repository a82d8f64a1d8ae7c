/**
 * The only writer of `changes` and `flips`: the shard's redo log. An entry is written in the
 * transaction of what it tells; memberships and columns in memory follow only after.
 */
import type { SqlStorage, SqlValue } from "../platform/types.ts";
import { ByteReader, ByteWriter, isAscending } from "./log/row-numbers.ts";

/** Which rows an entry concerns. `fields` are the ids of the fields that changed. */
export interface RowChanges {
  readonly added: readonly number[];
  readonly updated: readonly (readonly [row: number, fields: readonly number[]])[];
  readonly removed: readonly number[];
}

/** Row numbers that entered and left a segment. */
export interface Flips {
  readonly entered: readonly number[];
  readonly left: readonly number[];
}

export interface FlipEntry extends Flips {
  readonly seq: number;
}

/** A statement takes 100 bindings; there are no more than so many different statements. */
const FLIPS_A_STATEMENT = 24;
/** One stored part holds at most so many row numbers, to stay well below 2 MB. */
const ROWS_A_PART = 50_000;

export class Log {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
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

  /** Inside a transaction: drops the older half of the entries, but never the newest one. */
  halve(): void {
    const [oldest, newest] = [this.oldest(), this.newest()];
    if (oldest < newest) this.#dropTo(oldest + Math.floor((newest - 1 - oldest) / 2));
  }

  #dropTo(seq: number): void {
    this.#sql.exec("DELETE FROM changes WHERE seq <= ?", seq);
    this.#sql.exec("DELETE FROM flips WHERE seq <= ?", seq);
    this.#sql.exec(
      `INSERT OR REPLACE INTO log_size (id, bytes) VALUES (1,
         (SELECT coalesce(sum(length(payload)), 0) FROM changes) + (SELECT coalesce(sum(length(payload)), 0) FROM flips))`,
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

  append(seq: number, at: number, rows: RowChanges, flips: ReadonlyMap<string, Flips>): void {
    const payload = JSON.stringify(packRows(rows));
    this.#sql.exec("INSERT INTO changes (seq, at, payload) VALUES (?, ?, ?)", seq, at, payload);
    this.#grew(payload.length + this.#appendFlips(seq, flips));
  }

  /** Many segments flip in one entry: some at a time go into one statement. Answers their bytes. */
  #appendFlips(seq: number, flips: ReadonlyMap<string, Flips>): number {
    let bytes = 0;
    let bindings: SqlValue[] = [];
    const write = () => {
      if (bindings.length === 0) return;
      const places = Array.from({ length: bindings.length / 4 }, () => "(?, ?, ?, ?)").join();
      this.#sql.exec(`INSERT INTO flips (segment, seq, part, payload) VALUES ${places}`, ...bindings);
      bindings = [];
    };
    for (const [segment, flip] of flips) {
      let part = 0;
      for (const [entered, left] of parts(flip)) {
        const payload = packFlips(entered, left);
        bytes += payload.length;
        bindings.push(segment, seq, part++, payload);
        if (bindings.length === 4 * FLIPS_A_STATEMENT) write();
      }
    }
    write();
    return bytes;
  }

  /** A segment's flips after `seq`, oldest first. Consume before any await. */
  *flipsAfter(segment: string, seq: number, upTo = Number.MAX_SAFE_INTEGER): Iterable<FlipEntry> {
    const found = this.#sql.exec<{ seq: number; payload: Payload }>(
      "SELECT seq, payload FROM flips WHERE segment = ? AND seq > ? AND seq <= ? ORDER BY seq, part",
      segment,
      seq,
      upTo,
    );
    for (const row of found) yield decodeFlips(row);
  }

  /** A segment's flips, newest first, with their times. */
  *newestFlips(segment: string): Iterable<FlipEntry & { at: number }> {
    const found = this.#sql.exec<{ seq: number; payload: Payload; at: number }>(
      `SELECT f.seq, f.payload, c.at FROM flips AS f CROSS JOIN changes AS c ON c.seq = f.seq
       WHERE f.segment = ? ORDER BY f.seq DESC, f.part DESC`,
      segment,
    );
    for (const row of found) yield { ...decodeFlips(row), at: row.at };
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

  forget(segment: string): void {
    this.#sql.exec("DELETE FROM flips WHERE segment = ?", segment);
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

function* parts(flip: Flips): Iterable<[readonly number[], readonly number[]]> {
  for (let i = 0; i < flip.left.length; i += ROWS_A_PART) yield [[], flip.left.slice(i, i + ROWS_A_PART)];
  for (let i = 0; i < flip.entered.length; i += ROWS_A_PART) yield [flip.entered.slice(i, i + ROWS_A_PART), []];
}

/** Few rows are text, as they always were; many are bytes. */
type Payload = string | ArrayBuffer;

const FEW_ROWS = 16;

function packFlips(entered: readonly number[], left: readonly number[]): string | Uint8Array {
  if (entered.length + left.length <= FEW_ROWS || !isAscending(entered) || !isAscending(left)) {
    return JSON.stringify([entered, left]);
  }
  const writer = new ByteWriter();
  writer.rows(entered);
  writer.rows(left);
  return writer.bytes;
}

function decodeFlips({ seq, payload }: { seq: number; payload: Payload }): FlipEntry {
  if (typeof payload === "string") {
    const [entered, left] = JSON.parse(payload) as [number[], number[]];
    return { seq, entered, left };
  }
  const reader = new ByteReader(new Uint8Array(payload));
  return { seq, entered: reader.rows(), left: reader.rows() };
}
