/**
 * From a key's hash to the rows in pages that may have it; whoever asks compares the key itself. New entries are in a
 * table in memory, which is made again from the pages after a crash; when an import ends they are sorted and written as
 * one run of blocks. Small runs are merged into the newer one, so that there are few. Entries of rows that are gone stay:
 * whoever asks knows which rows exist.
 */
import type { SqlStorage } from "../../platform/types.ts";
import { HashTable } from "./hash-table.ts";
import { type Entries, sortEntries } from "./sort-entries.ts";

/** 128 KB a block. */
const ENTRIES_A_BLOCK = 16_384;
/** Blocks kept in memory at least: 8 MB, the index of a million rows. */
const BLOCKS_KEPT = 64;
const BLOCK_BYTES = ENTRIES_A_BLOCK * 8;
/** More entries than this are written down even while an import goes on: 32 MB of memory. */
const MOST_IN_MEMORY = 2_700_000;

interface Run {
  readonly id: number;
  readonly entries: number;
  /** The lowest hash of each block. */
  readonly lows: Uint32Array;
}

export class KeyIndex {
  readonly #sql: SqlStorage;
  readonly #table: string;
  /** The entries of rows from here on are not written down. */
  readonly #unwritten: (from: number) => Iterable<readonly [hash: number, row: number]>;
  readonly #most: number;
  readonly #blocksKept: number;
  #runs: Run[] | null = null;
  #fresh: HashTable | null = null;
  #writtenTo = 0;
  readonly #blocks = new Map<number, Entries>();

  constructor(
    sql: SqlStorage,
    prefix: string,
    unwritten: (from: number) => Iterable<readonly [number, number]>,
    most = MOST_IN_MEMORY,
    bytesKept = 0,
  ) {
    this.#sql = sql;
    this.#table = `${prefix}key_blocks`;
    this.#unwritten = unwritten;
    this.#most = most;
    this.#blocksKept = Math.max(BLOCKS_KEPT, Math.floor(bytesKept / BLOCK_BYTES));
  }

  /** The first row of the hash that passes the test, or -1. */
  find(hash: number, test: (row: number) => boolean): number {
    const row = this.#freshTable().find(hash, test);
    if (row >= 0) return row;
    for (const run of this.#known()) {
      const found = this.#findIn(run, hash, test);
      if (found >= 0) return found;
    }
    return -1;
  }

  reserve(more: number): void {
    this.#freshTable().reserve(more);
  }

  add(hash: number, row: number): void {
    this.#freshTable().add(hash, row);
  }

  /** Whether entries may be in memory only. False also where nobody looked yet. */
  get isUnwritten(): boolean {
    return (this.#fresh?.size ?? 0) > 0;
  }

  get isFull(): boolean {
    return this.#fresh !== null && this.#fresh.size > this.#most;
  }

  /** Bytes in memory. */
  get bytes(): number {
    return (this.#fresh?.bytes ?? 0) + this.#blocks.size * BLOCK_BYTES;
  }

  /** Inside a transaction: writes down what is in memory. `nextRow`: all entries are of rows before it. */
  write(nextRow: number): void {
    const fresh = this.#freshTable();
    if (fresh.size === 0) return;
    let entries: Entries = fresh.entries();
    const runs = this.#known();
    for (let last = runs.at(-1); last && last.entries <= entries.rows.length * 2; last = runs.at(-1)) {
      entries = joined(this.#all(last), entries);
      this.#sql.exec(`DELETE FROM ${this.#table} WHERE run = ?`, last.id);
      runs.pop();
    }
    this.#writeRun((runs.at(-1)?.id ?? 0) + 1, sortEntries(entries), nextRow);
    this.forget();
  }

  /** After a transaction that failed, and to give memory back: everything is read again when it is needed. */
  forget(): void {
    this.#runs = null;
    this.#fresh = null;
    this.#blocks.clear();
  }

  #freshTable(): HashTable {
    if (this.#fresh) return this.#fresh;
    this.#known();
    const table = new HashTable();
    for (const [hash, row] of this.#unwritten(this.#writtenTo)) table.add(hash, row);
    this.#fresh = table;
    return table;
  }

  /** Oldest first. */
  #known(): Run[] {
    if (this.#runs) return this.#runs;
    const blocks = this.#sql.exec<{ run: number; low: number; entries: number; next_row: number }>(
      `SELECT run, low, entries, next_row FROM ${this.#table} ORDER BY run, block`,
    );
    const lows = new Map<number, { lows: number[]; entries: number }>();
    this.#writtenTo = 0;
    for (const { run, low, entries, next_row } of blocks) {
      const known = lows.get(run) ?? { lows: [], entries: 0 };
      known.lows.push(low);
      known.entries += entries;
      lows.set(run, known);
      this.#writtenTo = Math.max(this.#writtenTo, next_row);
    }
    this.#runs = Array.from(lows, ([id, run]) => ({ id, entries: run.entries, lows: Uint32Array.from(run.lows) }));
    return this.#runs;
  }

  #findIn(run: Run, hash: number, test: (row: number) => boolean): number {
    // Equal hashes may begin in the block before the first that begins with them.
    for (let block = Math.max(0, lowerBound(run.lows, hash) - 1); block < run.lows.length; block++) {
      if ((run.lows[block] as number) > hash) return -1;
      const { hashes, rows } = this.#block(run.id, block);
      for (let at = lowerBound(hashes, hash); at < hashes.length && hashes[at] === hash; at++) {
        if (test(rows[at] as number)) return rows[at] as number;
      }
    }
    return -1;
  }

  #block(run: number, block: number): Entries {
    const name = run * 65_536 + block;
    const known = this.#blocks.get(name);
    if (known) return known;
    const read = this.#read(run, block);
    if (this.#blocks.size >= this.#blocksKept) this.#blocks.delete(this.#blocks.keys().next().value as number);
    this.#blocks.set(name, read);
    return read;
  }

  #read(run: number, block: number): Entries {
    const { data } = this.#sql
      .exec<{ data: ArrayBuffer }>(`SELECT data FROM ${this.#table} WHERE run = ? AND block = ?`, run, block)
      .one();
    const { buffer } = new Uint8Array(data);
    const half = buffer.byteLength / 8;
    return { hashes: new Uint32Array(buffer, 0, half), rows: new Uint32Array(buffer, half * 4, half) };
  }

  #all({ id, entries, lows }: Run): Entries {
    const all = { hashes: new Uint32Array(entries), rows: new Uint32Array(entries) };
    let end = 0;
    for (let block = 0; block < lows.length; block++) {
      const { hashes, rows } = this.#read(id, block);
      all.hashes.set(hashes, end);
      all.rows.set(rows, end);
      end += rows.length;
    }
    return all;
  }

  #writeRun(run: number, { hashes, rows }: Entries, nextRow: number): void {
    for (let from = 0, block = 0; from < rows.length; from += ENTRIES_A_BLOCK, block++) {
      const to = Math.min(rows.length, from + ENTRIES_A_BLOCK);
      const data = new Uint32Array(2 * (to - from));
      data.set(hashes.subarray(from, to));
      data.set(rows.subarray(from, to), to - from);
      this.#sql.exec(
        `INSERT INTO ${this.#table} (run, block, low, entries, next_row, data) VALUES (?, ?, ?, ?, ?, ?)`,
        run,
        block,
        hashes[from] as number,
        to - from,
        nextRow,
        new Uint8Array(data.buffer),
      );
    }
  }
}

function joined(a: Entries, b: Entries): Entries {
  const both = {
    hashes: new Uint32Array(a.rows.length + b.rows.length),
    rows: new Uint32Array(a.rows.length + b.rows.length),
  };
  both.hashes.set(a.hashes);
  both.hashes.set(b.hashes, a.rows.length);
  both.rows.set(a.rows);
  both.rows.set(b.rows, a.rows.length);
  return both;
}

/** The first place whose number is not below `wanted`. */
function lowerBound(ascending: Uint32Array, wanted: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
