/** For which records a condition on related records holds, a bit for each row number. */
import { CHUNK_ROWS, CHUNK_WORDS, emptyWords, type Words } from "../../engine/index.ts";

export class ConditionBits {
  #words: Uint32Array;
  /** Rows from here on came later: they have no related records, or are open. */
  #rows: number;
  /** Whether the condition holds without related records. */
  readonly #ofNothing: boolean;
  /** Records whose copies have changed since: their bits are out of date. */
  readonly open: Set<number>;

  constructor(rows: number, ofNothing: boolean, open: Iterable<number>) {
    this.#rows = rows;
    this.#words = new Uint32Array(Math.ceil(rows / CHUNK_ROWS) * CHUNK_WORDS);
    this.#ofNothing = ofNothing;
    this.open = new Set(open);
  }

  get chunkCount(): number {
    return this.#words.length / CHUNK_WORDS;
  }

  set(chunk: number, words: Words): void {
    this.#words.set(words, chunk * CHUNK_WORDS);
  }

  /** A record's answer, known again. Rows that came later stay open, to be asked each time, until all is made anew. */
  close(row: number, holds: boolean): void {
    if (row >= this.#rows) return;
    this.open.delete(row);
    const word = this.#words[row >>> 5] as number;
    const bit = 1 << (row & 31);
    this.#words[row >>> 5] = holds ? word | bit : word & ~bit;
  }

  /** `out` = the rows of `mask` in the chunk for which the condition holds, but for those that are open. */
  scan(chunk: number, mask: Words, out: Words): void {
    const own = this.#words.subarray(chunk * CHUNK_WORDS, (chunk + 1) * CHUNK_WORDS);
    out.fill(0);
    out.set(own);
    if (this.#ofNothing && (chunk + 1) * CHUNK_ROWS > this.#rows) this.#fillBeyond(chunk, out);
    for (let i = 0; i < CHUNK_WORDS; i++) out[i] = (out[i] as number) & (mask[i] as number);
  }

  #fillBeyond(chunk: number, out: Words): void {
    const beyond = emptyWords();
    for (let i = Math.max(0, this.#rows - chunk * CHUNK_ROWS); i < CHUNK_ROWS; i++) {
      beyond[i >>> 5] = (beyond[i >>> 5] as number) | (1 << (i & 31));
    }
    for (let i = 0; i < CHUNK_WORDS; i++) out[i] = (out[i] as number) | (beyond[i] as number);
  }
}
