/**
 * The only reader and writer of `recent_flips` and `flips`. An entry is written once, as it came, with all segments that
 * it flips: one page of the database, however many they are. Now and then the recent ones are sorted by segment, many
 * entries in a row of the table; so who reads a segment reads no other's flips.
 */
import type { SqlStorage, SqlValue } from "../../platform/types.ts";
import {
  type FlipEntry,
  type Flips,
  packEntries,
  packEntry,
  type StoredFlips,
  unpackEntries,
  unpackEntry,
} from "./flip-payloads.ts";

/** A statement takes 100 bindings; there are no more than so many different statements. */
const ROWS_A_STATEMENT = 19;
/** A stored part holds at most so many row numbers, to stay well below 2 MB. */
const NUMBERS_A_PART = 50_000;
/** Sorted in one step: each touches a page of the database. */
const SEGMENTS_A_STEP = 57;
/** With more the recent ones are sorted soon, … */
const RECENT_ENTRIES = 512;
const RECENT_BYTES = 1_000_000;
/** … with more than this at once. */
const MOST_RECENT_BYTES = 8_000_000;

interface Sized {
  readonly entries: number;
  readonly bytes: number;
}

/** What is read of the recent entries: by segment, up to `seq`. */
interface RecentBySegment {
  seq: number;
  readonly bySegment: Map<string, FlipEntry[]>;
}

export class FlipLog {
  readonly #sql: SqlStorage;
  #recent: RecentBySegment | null = null;
  #size: Sized | null = null;

  readonly #segmentsAStep: number;

  constructor(sql: SqlStorage, segmentsAStep = SEGMENTS_A_STEP) {
    this.#sql = sql;
    this.#segmentsAStep = segmentsAStep;
  }

  /** Inside a transaction. Answers the bytes that were written. */
  append(seq: number, flips: ReadonlyMap<string, Flips>): number {
    let numbers = 0;
    for (const { entered, left } of flips.values()) numbers += entered.length + left.length;
    if (numbers === 0) return 0;
    if (numbers > NUMBERS_A_PART) return this.#appendMany(seq, flips);
    const payload = packEntry(flips);
    this.#sql.exec("INSERT INTO recent_flips (seq, payload) VALUES (?, ?)", seq, payload);
    const { entries, bytes } = this.#sizeNow();
    this.#size = { entries: entries + 1, bytes: bytes + payload.length };
    if (this.#size.bytes > MOST_RECENT_BYTES) this.sort();
    return payload.length;
  }

  get isSortDue(): boolean {
    const { entries, bytes } = this.#sizeNow();
    return entries > RECENT_ENTRIES || bytes > RECENT_BYTES;
  }

  /** Inside a transaction: puts the recent entries where they are found by segment. */
  sort(): void {
    for (const step of this.sortSteps()) step();
  }

  /**
   * The same in steps, each in a transaction of its own; others may come in between, and all of it may be begun again.
   * What of a segment is sorted already is told by its newest sorted entry.
   */
  *sortSteps(): Generator<() => void, void, undefined> {
    const { seq: upTo, bySegment } = this.#read();
    if (upTo === 0) return;
    const waiting = [...bySegment.keys()];
    for (let at = 0; at < waiting.length; at += this.#segmentsAStep) {
      const some = waiting.slice(at, at + this.#segmentsAStep);
      yield () => this.#insert(some.flatMap((segment) => this.#sorted(segment, upTo)));
    }
    yield () => {
      this.#sql.exec("DELETE FROM recent_flips WHERE seq <= ?", upTo);
      this.forgetRead();
    };
  }

  /** Rows of the table with a segment's recent entries that are not sorted yet. */
  #sorted(segment: string, upTo: number): SqlValue[][] {
    const after = this.#newestSorted(segment);
    const rest = this.#recentOf(segment).filter(({ seq }) => seq > after && seq <= upTo);
    return Array.from(partsOf(rest), (part) => [
      ...[segment, (part.at(-1) as FlipEntry).seq, 0, part.length],
      packEntries(part),
    ]);
  }

  #newestSorted(segment: string): number {
    return (
      this.#sql.exec<{ seq: number | null }>("SELECT max(seq) AS seq FROM flips WHERE segment = ?", segment).one()
        .seq ?? 0
    );
  }

  /** A segment's flips after `seq`, oldest first. Consume before any await. */
  *after(segment: string, seq: number, upTo: number): Iterable<FlipEntry> {
    const found = this.#sql.exec<StoredFlips & Record<string, SqlValue>>(
      "SELECT seq, entries, payload FROM flips WHERE segment = ? AND seq > ? ORDER BY seq, part",
      segment,
      seq,
    );
    let sorted = seq;
    for (const row of found) {
      sorted = row.seq;
      for (const entry of unpackEntries(row)) {
        if (entry.seq > upTo) return;
        if (entry.seq > seq) yield entry;
      }
    }
    for (const entry of this.#recentOf(segment)) {
      if (entry.seq > upTo) return;
      if (entry.seq > sorted) yield entry;
    }
  }

  /** A segment's flips, newest first. */
  *newest(segment: string): Iterable<FlipEntry> {
    const sorted = this.#newestSorted(segment);
    yield* this.#recentOf(segment)
      .filter(({ seq }) => seq > sorted)
      .reverse();
    const found = this.#sql.exec<StoredFlips & Record<string, SqlValue>>(
      "SELECT seq, entries, payload FROM flips WHERE segment = ? ORDER BY seq DESC, part DESC",
      segment,
    );
    for (const row of found) yield* unpackEntries(row).reverse();
  }

  /** The newest recent entry of each segment that has one. */
  newestRecent(): Map<string, number> {
    const newest = new Map<string, number>();
    for (const [segment, entries] of this.#read().bySegment) newest.set(segment, (entries.at(-1) as FlipEntry).seq);
    return newest;
  }

  /** Inside a transaction. */
  forget(segment: string): void {
    if (this.#sizeNow().entries > 0) this.sort();
    this.#sql.exec("DELETE FROM flips WHERE segment = ?", segment);
  }

  /** Inside a transaction: drops the entries up to `seq`; of several in a row, once all of them are. */
  dropTo(seq: number): void {
    this.#sql.exec("DELETE FROM flips WHERE seq <= ?", seq);
    this.#sql.exec("DELETE FROM recent_flips WHERE seq <= ?", seq);
    this.forgetRead();
  }

  /** Of all entries. */
  bytes(): number {
    const sum = "SELECT coalesce(sum(length(payload)), 0) AS bytes FROM";
    const bytesOf = (table: string) => this.#sql.exec<{ bytes: number }>(`${sum} ${table}`).one().bytes;
    return bytesOf("flips") + bytesOf("recent_flips");
  }

  /** What is known of the tables is read again: they changed otherwise, or a transaction failed. */
  forgetRead(): void {
    this.#recent = null;
    this.#size = null;
  }

  /** Very many are written by segment at once; what came before them, first. */
  #appendMany(seq: number, flips: ReadonlyMap<string, Flips>): number {
    if (this.#sizeNow().entries > 0) this.sort();
    const rows: SqlValue[][] = [];
    let bytes = 0;
    for (const [segment, flip] of flips) {
      for (const [part, entry] of [...boundedParts(seq, flip)].entries()) {
        const payload = packEntries([entry]);
        bytes += payload.length;
        rows.push([segment, seq, part, 1, payload]);
      }
    }
    this.#insert(rows);
    return bytes;
  }

  #insert(rows: readonly SqlValue[][]): void {
    for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
      const some = rows.slice(at, at + ROWS_A_STATEMENT);
      const places = some.map(() => "(?, ?, ?, ?, ?)").join();
      this.#sql.exec(`INSERT INTO flips (segment, seq, part, entries, payload) VALUES ${places}`, ...some.flat());
    }
  }

  #stored(after: number): Iterable<{ seq: number; payload: ArrayBuffer }> {
    return this.#sql.exec<{ seq: number; payload: ArrayBuffer }>(
      "SELECT seq, payload FROM recent_flips WHERE seq > ? ORDER BY seq",
      after,
    );
  }

  #recentOf(segment: string): readonly FlipEntry[] {
    return this.#read().bySegment.get(segment) ?? [];
  }

  #read(): RecentBySegment {
    this.#recent ??= { seq: 0, bySegment: new Map() };
    for (const { seq, payload } of this.#stored(this.#recent.seq)) {
      add(this.#recent.bySegment, seq, payload);
      this.#recent.seq = seq;
    }
    return this.#recent;
  }

  #sizeNow(): Sized {
    this.#size ??= this.#sql
      .exec<{ entries: number; bytes: number }>(
        "SELECT count(*) AS entries, coalesce(sum(length(payload)), 0) AS bytes FROM recent_flips",
      )
      .one();
    return this.#size;
  }
}

function add(bySegment: Map<string, FlipEntry[]>, seq: number, payload: ArrayBuffer): void {
  for (const [segment, { entered, left }] of unpackEntry(payload)) {
    const entries = bySegment.get(segment);
    if (entries) entries.push({ seq, entered, left });
    else bySegment.set(segment, [{ seq, entered, left }]);
  }
}

/** Entries that fit into one stored part each. */
function* partsOf(entries: readonly FlipEntry[]): Iterable<FlipEntry[]> {
  let part: FlipEntry[] = [];
  let numbers = 0;
  for (const entry of entries) {
    const more = entry.entered.length + entry.left.length;
    if (part.length > 0 && numbers + more > NUMBERS_A_PART) {
      yield part;
      [part, numbers] = [[], 0];
    }
    part.push(entry);
    numbers += more;
  }
  if (part.length > 0) yield part;
}

/** Parts of one entry. */
function* boundedParts(seq: number, { entered, left }: Flips): Iterable<FlipEntry> {
  for (let at = 0; at < left.length; at += NUMBERS_A_PART)
    yield { seq, entered: [], left: left.slice(at, at + NUMBERS_A_PART) };
  for (let at = 0; at < entered.length; at += NUMBERS_A_PART)
    yield { seq, entered: entered.slice(at, at + NUMBERS_A_PART), left: [] };
}
