/** A set of row numbers, as blocks of 65,536. Knows which blocks changed since they were last taken for a checkpoint. */
import {
  type Block,
  blockAdd,
  blockBytes,
  blockClone,
  blockHas,
  blockNext,
  blockOfWords,
  blockRemove,
  blockWords,
  emptyBlock,
} from "./block.ts";
import { decodeBlock, encodeBlock } from "./block-codec.ts";
import { andBlocks, andNotBlocks, orBlocks, overlapOf } from "./block-ops.ts";
import { CHUNK_BITS, CHUNK_ROWS, emptyWords, sameWords, type Words } from "./words.ts";

const INDEX_MASK = CHUNK_ROWS - 1;

export class Bitmap {
  readonly #blocks: (Block | undefined)[] = [];
  readonly #dirty = new Set<number>();
  #size = 0;

  static of(rows: Iterable<number>): Bitmap {
    const bitmap = new Bitmap();
    for (const row of rows) bitmap.add(row);
    return bitmap;
  }

  /** How many rows are in the set. */
  get size(): number {
    return this.#size;
  }

  /** One more than the highest chunk that may hold a row. */
  get chunkCount(): number {
    return this.#blocks.length;
  }

  /** Bytes kept in typed arrays. */
  get bytes(): number {
    return this.#blocks.reduce((sum, block) => sum + (block === undefined ? 0 : blockBytes(block)), 0);
  }

  has(row: number): boolean {
    const block = this.#blocks[row >>> CHUNK_BITS];
    return block !== undefined && blockHas(block, row & INDEX_MASK);
  }

  /** True when the row was not in the set. */
  add(row: number): boolean {
    const block = this.#blocks[row >>> CHUNK_BITS] ?? emptyBlock();
    const before = block.size;
    return this.#replace(row >>> CHUNK_BITS, before, blockAdd(block, row & INDEX_MASK));
  }

  /** True when the row was in the set. */
  remove(row: number): boolean {
    const block = this.#blocks[row >>> CHUNK_BITS];
    if (block === undefined) return false;
    const before = block.size;
    return this.#replace(row >>> CHUNK_BITS, before, blockRemove(block, row & INDEX_MASK));
  }

  /** Puts the row in or out; true when that changed anything. */
  put(row: number, member: boolean): boolean {
    return member ? this.add(row) : this.remove(row);
  }

  #replace(chunk: number, sizeBefore: number, block: Block): boolean {
    this.#setBlock(chunk, block);
    if (block.size === sizeBefore) return false;
    this.#size += block.size - sizeBefore;
    this.#dirty.add(chunk);
    return true;
  }

  #setBlock(chunk: number, block: Block | undefined): void {
    while (this.#blocks.length <= chunk) this.#blocks.push(undefined);
    this.#blocks[chunk] = block;
  }

  /** The first row of the set at or after `row`, or -1. */
  next(row: number): number {
    for (let chunk = row >>> CHUNK_BITS; chunk < this.#blocks.length; chunk++) {
      const block = this.#blocks[chunk];
      const from = chunk === row >>> CHUNK_BITS ? row & INDEX_MASK : 0;
      const index = block === undefined ? -1 : blockNext(block, from);
      if (index >= 0) return chunk * CHUNK_ROWS + index;
    }
    return -1;
  }

  /** The rows at or after `from`, ascending. The set may change meanwhile. */
  *rows(from = 0): Generator<number, void, undefined> {
    for (let row = this.next(from); row >= 0; row = this.next(row + 1)) yield row;
  }

  [Symbol.iterator](): Generator<number, void, undefined> {
    return this.rows();
  }

  /** How many rows of one chunk are in the set. */
  countChunk(chunk: number): number {
    return this.#blocks[chunk]?.size ?? 0;
  }

  /** One chunk's rows as bits; `out` is overwritten. */
  readWords(chunk: number, out: Words = emptyWords()): Words {
    const block = this.#blocks[chunk];
    if (block === undefined) out.fill(0);
    else blockWords(block, out);
    return out;
  }

  /** Makes one chunk's rows exactly those of `words` (copied). */
  setWords(chunk: number, words: Words): void {
    const block = blockOfWords(words);
    this.#size += block.size - this.countChunk(chunk);
    this.#setBlock(chunk, block.size === 0 ? undefined : block);
    this.#dirty.add(chunk);
  }

  clear(): void {
    for (let chunk = 0; chunk < this.#blocks.length; chunk++) if (this.countChunk(chunk) > 0) this.#dirty.add(chunk);
    this.#blocks.length = 0;
    this.#size = 0;
  }

  clone(): Bitmap {
    const copy = new Bitmap();
    for (const block of this.#blocks) copy.#blocks.push(block === undefined ? undefined : blockClone(block));
    copy.#size = this.#size;
    return copy;
  }

  equals(other: Bitmap): boolean {
    if (this.#size !== other.#size) return false;
    const chunks = Math.max(this.chunkCount, other.chunkCount);
    const [left, right] = [emptyWords(), emptyWords()];
    for (let chunk = 0; chunk < chunks; chunk++) {
      if (this.countChunk(chunk) !== other.countChunk(chunk)) return false;
      if (!sameWords(this.readWords(chunk, left), other.readWords(chunk, right))) return false;
    }
    return true;
  }

  static and(a: Bitmap, b: Bitmap): Bitmap {
    return combine(Math.min(a.chunkCount, b.chunkCount), (chunk) => {
      const [left, right] = [a.#blocks[chunk], b.#blocks[chunk]];
      return left && right ? andBlocks(left, right) : null;
    });
  }

  static or(a: Bitmap, b: Bitmap): Bitmap {
    return combine(Math.max(a.chunkCount, b.chunkCount), (chunk) => {
      const [left, right] = [a.#blocks[chunk], b.#blocks[chunk]];
      if (left && right) return orBlocks(left, right);
      const only = left ?? right;
      return only ? blockClone(only) : null;
    });
  }

  static andNot(a: Bitmap, b: Bitmap): Bitmap {
    return combine(a.chunkCount, (chunk) => {
      const [left, right] = [a.#blocks[chunk], b.#blocks[chunk]];
      if (!left) return null;
      return right ? andNotBlocks(left, right) : blockClone(left);
    });
  }

  /** The blocks become the set's own. */
  static ofBlocks(blocks: readonly (Block | null)[]): Bitmap {
    const bitmap = new Bitmap();
    for (const block of blocks) {
      bitmap.#blocks.push(block && block.size > 0 ? block : undefined);
      bitmap.#size += block?.size ?? 0;
    }
    return bitmap;
  }

  /** How many rows are in both. */
  static overlap(a: Bitmap, b: Bitmap): number {
    let count = 0;
    for (let chunk = 0; chunk < Math.min(a.chunkCount, b.chunkCount); chunk++) {
      const [left, right] = [a.#blocks[chunk], b.#blocks[chunk]];
      if (left && right) count += overlapOf(left, right);
    }
    return count;
  }

  /** The chunks that changed since the last call, ascending. */
  takeDirty(): number[] {
    const chunks = [...this.#dirty].sort((a, b) => a - b);
    this.#dirty.clear();
    return chunks;
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** One chunk for a checkpoint, or null where it holds no row. */
  encodeChunk(chunk: number): Uint8Array | null {
    const block = this.#blocks[chunk];
    return block === undefined || block.size === 0 ? null : encodeBlock(block);
  }

  /** Puts a checkpoint's chunk in place; it does not count as changed. */
  decodeChunk(chunk: number, bytes: Uint8Array): void {
    const block = decodeBlock(bytes);
    this.#size += block.size - this.countChunk(chunk);
    this.#setBlock(chunk, block);
  }
}

function combine(chunks: number, blockOf: (chunk: number) => Block | null): Bitmap {
  return Bitmap.ofBlocks(Array.from({ length: chunks }, (_, chunk) => blockOf(chunk)));
}
