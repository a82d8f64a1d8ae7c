/**
 * A stored file, block by block: what is usual as places in the bytes, what is not as records of the tokenizer. Where a
 * block begins decides where it ends, and nothing else does: a caller that goes on from a position after a restart
 * gets the same blocks as before.
 */
import { isUtf8 } from "./encoding.ts";
import type { Dialect, Position, ReadRange } from "./layout.ts";
import { type CsvBatch, CsvReader } from "./reader.ts";
import { Splitter } from "./split.ts";

/** The tokenizer takes so many records at first, twice as many each time that it is needed at once again. */
const MOST_SLOW_ROWS = 512;
const SLOW_BLOCK_BYTES = 16_384;

export type Run =
  /** Valid until the next block is read. */
  | { readonly kind: "places"; readonly block: Uint8Array; readonly splitter: Splitter }
  | { readonly kind: "records"; readonly batch: CsvBatch };

export interface Block extends Position {
  readonly done: boolean;
}

export interface BlockOptions extends Position {
  readonly dialect: Dialect;
  readonly bytes: number;
  readonly blockBytes: number;
  /** The bytes may not be what the dialect says: look. */
  readonly checkUtf8?: boolean;
}

export class BlockReader {
  /** Set once bytes were met that are not UTF-8. */
  invalidUtf8 = false;
  readonly #read: ReadRange;
  readonly #options: BlockOptions;
  readonly #splitter: Splitter;
  #block: Uint8Array = new Uint8Array(0);
  /** The file offset of the block's first byte. */
  #base: number;
  #line: number;

  constructor(read: ReadRange, options: BlockOptions) {
    this.#read = read;
    this.#options = options;
    this.#splitter = new Splitter(options.dialect.columns, options.dialect.delimiter);
    this.#base = options.offset;
    this.#line = options.line;
  }

  /** Reads on. `take` is given the runs of the block in order, and must have done with each when it returns. */
  async next(take: (run: Run) => void): Promise<Block> {
    await this.#fill();
    const { bytes } = this.#options;
    const final = this.#base + this.#block.length >= bytes;
    const end = this.#base + this.#block.length;
    let at: Position & { done: boolean } = { offset: this.#base, line: this.#line, done: this.#block.length === 0 };
    const isPlain = this.#isPlain(final);
    let slow = 1;
    while (!at.done && at.offset < end) {
      const stop = isPlain ? this.#split(at, final, take) : "unusual";
      const moved = isPlain && this.#splitter.records > 0;
      if (isPlain) at = { offset: this.#base + this.#splitter.position, line: this.#splitter.line, done: false };
      if (stop === "end" && (final || at.offset > this.#base)) {
        at.done = final;
        break;
      }
      slow = moved ? 1 : Math.min(MOST_SLOW_ROWS, slow * 2);
      at = await this.#tokenize(at, isPlain ? slow : MOST_SLOW_ROWS, take);
    }
    this.#advance(at);
    return { offset: at.offset, line: at.line, done: at.done || at.offset >= bytes };
  }

  #split(at: Position, final: boolean, take: (run: Run) => void): "end" | "unusual" {
    const stop = this.#splitter.split(this.#block, at.offset - this.#base, at.line, final);
    if (this.#splitter.records > 0) take({ kind: "places", block: this.#block, splitter: this.#splitter });
    return stop;
  }

  async #tokenize(at: Position, rows: number, take: (run: Run) => void): Promise<Position & { done: boolean }> {
    const { dialect, bytes } = this.#options;
    const read: ReadRange = (offset, length) => this.#bytesAt(offset, length);
    const reader = CsvReader.open(read, {
      dialect,
      bytes,
      offset: at.offset,
      line: at.line,
      blockBytes: SLOW_BLOCK_BYTES,
    });
    const batch = await reader.next(rows);
    this.invalidUtf8 ||= reader.invalidUtf8;
    take({ kind: "records", batch });
    return { offset: batch.offset, line: batch.line, done: batch.done };
  }

  /** From the block where it holds them. */
  #bytesAt(offset: number, length: number): Promise<Uint8Array> {
    const from = offset - this.#base;
    if (from >= 0 && from + length <= this.#block.length)
      return Promise.resolve(this.#block.subarray(from, from + length));
    return this.#read(offset, length);
  }

  /** As many bytes from here on as a block has; what is in hand is not read again. Longer where no record ends in it. */
  async #fill(): Promise<void> {
    const { bytes, blockBytes } = this.#options;
    const wanted = Math.min(bytes - this.#base, blockBytes);
    const missing = wanted - this.#block.length;
    if (missing <= 0) return;
    const read = await this.#read(this.#base + this.#block.length, missing);
    if (this.#block.length === 0) {
      this.#block = read;
      return;
    }
    const whole = new Uint8Array(this.#block.length + read.length);
    whole.set(this.#block);
    whole.set(read, this.#block.length);
    this.#block = whole;
  }

  #advance(at: Position): void {
    const used = at.offset - this.#base;
    this.#block = used < this.#block.length ? this.#block.slice(used) : new Uint8Array(0);
    this.#base = at.offset;
    this.#line = at.line;
  }

  /** Whether its bytes may be taken as they are: UTF-8 without NULs, which the tokenizer drops. */
  #isPlain(final: boolean): boolean {
    const { dialect, checkUtf8 = false } = this.#options;
    if (this.#block.includes(0)) return false;
    if (dialect.encoding !== "utf-8") return isAscii(this.#block);
    if (!checkUtf8) return true;
    return isUtf8(this.#block, final);
  }
}

function isAscii(bytes: Uint8Array): boolean {
  let high = 0;
  for (let at = 0; at < bytes.length; at++) high |= bytes[at] as number;
  return high < 0x80;
}
