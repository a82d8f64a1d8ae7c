/**
 * Which row numbers exist: the only reader and writer of `present_blocks`. A changed block is written in the transaction
 * that changes it (runs, for rows that were appended: a few bytes), so that a start reads a few kilobytes and rolls
 * nothing forward.
 */
import { Bitmap } from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";

export class Presence {
  readonly #sql: SqlStorage;
  readonly #table: string;
  /** The rows of a shard from before there were blocks. */
  readonly #scan: () => Iterable<number>;
  #rows: Bitmap | null = null;

  constructor(sql: SqlStorage, prefix: string, scan: () => Iterable<number>) {
    this.#sql = sql;
    this.#table = `${prefix}present_blocks`;
    this.#scan = scan;
  }

  /** To look at: `change` changes it. */
  get rows(): Bitmap {
    if (this.#rows) return this.#rows;
    const rows = new Bitmap();
    const blocks = this.#sql.exec<{ chunk: number; block: ArrayBuffer }>(`SELECT chunk, block FROM ${this.#table}`);
    for (const { chunk, block } of blocks) rows.decodeChunk(chunk, new Uint8Array(block));
    if (rows.chunkCount === 0) for (const row of this.#scan()) rows.add(row);
    this.#rows = rows;
    return rows;
  }

  /** Inside a transaction; if it is rolled back, call `forget`. */
  change(change: (rows: Bitmap) => void): void {
    const { rows } = this;
    change(rows);
    for (const chunk of rows.takeDirty()) {
      const block = rows.encodeChunk(chunk);
      if (block) this.#sql.exec(`INSERT OR REPLACE INTO ${this.#table} (chunk, block) VALUES (?, ?)`, chunk, block);
      else this.#sql.exec(`DELETE FROM ${this.#table} WHERE chunk = ?`, chunk);
    }
  }

  forget(): void {
    this.#rows = null;
  }
}

/** Adds the rows from `first` on: whole chunks at once where there are many. */
export function addRun(rows: Bitmap, first: number, count: number): void {
  const end = first + count;
  for (let row = first; row < end; ) {
    const chunk = row >>> 16;
    const stop = Math.min(end, (chunk + 1) * 65_536);
    if (stop - row < 32) {
      while (row < stop) rows.add(row++);
      continue;
    }
    const words = rows.readWords(chunk);
    for (; row < stop; row++) words[(row & 0xffff) >>> 5] = (words[(row & 0xffff) >>> 5] as number) | (1 << (row & 31));
    rows.setWords(chunk, words);
  }
}
