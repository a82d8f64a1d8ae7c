/** The only writer of `import_batches`, `import_removals` and `import_seen`: what makes an import's batches repeatable. */
import type { SqlStorage } from "../platform/types.ts";
import type { ApplyAnswer } from "./interface.ts";

const CHUNK_BYTES = 8192;

export class Imports {
  readonly #sql: SqlStorage;
  /** A cache of `import_seen`; every change is written in the transaction that makes it. */
  readonly #seen = new Map<string, Map<number, Uint8Array>>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What this batch answered before, if it was applied. An older one can only be a call that was thought lost. */
  answered(importId: string, batch: number): ApplyAnswer | null {
    const last = this.#sql
      .exec<{ batch: number; answer: string }>("SELECT batch, answer FROM import_batches WHERE import_id = ?", importId)
      .toArray()[0];
    return last && batch <= last.batch ? (JSON.parse(last.answer) as ApplyAnswer) : null;
  }

  get isAnyOpen(): boolean {
    return this.#sql.exec<{ n: number }>("SELECT EXISTS (SELECT 1 FROM import_batches) AS n").one().n === 1;
  }

  remember(importId: string, batch: number, answer: ApplyAnswer): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO import_batches (import_id, batch, answer) VALUES (?, ?, ?)",
      importId,
      batch,
      JSON.stringify(answer),
    );
  }

  hasSeen(importId: string, row: number): boolean {
    const bits = this.#chunks(importId).get(row >> 16);
    return bits !== undefined && ((bits[(row & 0xffff) >> 3] as number) & (1 << (row & 7))) !== 0;
  }

  /** Inside a transaction. If it is rolled back, call `forgetCache`. */
  markSeen(importId: string, rows: Iterable<number>): void {
    const chunks = this.#chunks(importId);
    const dirty = new Set<number>();
    for (const row of rows) {
      const chunk = row >> 16;
      const bits = chunks.get(chunk) ?? new Uint8Array(CHUNK_BYTES);
      bits[(row & 0xffff) >> 3] = (bits[(row & 0xffff) >> 3] as number) | (1 << (row & 7));
      chunks.set(chunk, bits);
      dirty.add(chunk);
    }
    for (const chunk of dirty) this.#write(importId, chunk, chunks.get(chunk) as Uint8Array);
  }

  /** Inside the transaction of the removal. */
  countRemoved(importId: string, rows: number): void {
    this.#sql.exec(
      `INSERT INTO import_removals (import_id, removed) VALUES (?, ?)
       ON CONFLICT (import_id) DO UPDATE SET removed = removed + excluded.removed`,
      importId,
      rows,
    );
  }

  /** All rows that the import has removed here: the same after a crash. */
  removed(importId: string): number {
    const row = this.#sql.exec<{ removed: number }>(
      "SELECT removed FROM import_removals WHERE import_id = ?",
      importId,
    );
    return row.toArray()[0]?.removed ?? 0;
  }

  forgetCache(): void {
    this.#seen.clear();
  }

  end(importId: string): void {
    this.#sql.exec("DELETE FROM import_batches WHERE import_id = ?", importId);
    this.#sql.exec("DELETE FROM import_removals WHERE import_id = ?", importId);
    this.#sql.exec("DELETE FROM import_seen WHERE import_id = ?", importId);
    this.#seen.delete(importId);
  }

  #write(importId: string, chunk: number, bits: Uint8Array): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO import_seen (import_id, chunk, bits) VALUES (?, ?, ?)",
      importId,
      chunk,
      bits,
    );
  }

  #chunks(importId: string): Map<number, Uint8Array> {
    const cached = this.#seen.get(importId);
    if (cached) return cached;
    const chunks = new Map<number, Uint8Array>();
    const stored = this.#sql.exec<{ chunk: number; bits: ArrayBuffer }>(
      "SELECT chunk, bits FROM import_seen WHERE import_id = ?",
      importId,
    );
    for (const row of stored) chunks.set(row.chunk, new Uint8Array(row.bits.slice(0)));
    this.#seen.set(importId, chunks);
    return chunks;
  }
}
