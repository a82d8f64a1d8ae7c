/**
 * Who is in which segment: bitmaps in memory, checkpoint blocks in `memberships`, and the log between
 * them. A bitmap is loaded when it is first needed: its blocks, then the flips after the checkpoint.
 * Memory is patched only after the transaction that wrote the flips.
 */
import { Bitmap } from "../engine/index.ts";
import type { SqlStorage } from "../platform/types.ts";
import type { Flips, Log } from "./log.ts";
import type { Slices } from "./yield.ts";

/**
 * More flips than these since a segment's last checkpoint, and the next alarm writes another: writing a block takes as
 * long as a hundred flips take to be rolled forward at a start, and random flips touch most blocks.
 */
const FLIPS_A_BLOCK = 32;
const MORE_FLIPS = 512;

/** So many entries are put into a block at once. */
const MANY_ROWS = 256;

export class Memberships {
  readonly #sql: SqlStorage;
  readonly #log: Log;
  readonly #loaded = new Map<string, Bitmap>();
  /** Rows flipped since the checkpoint, of loaded segments. */
  readonly #flipped = new Map<string, number>();
  readonly #patience: number;

  /** `patience`: how many times as many flips it takes for a checkpoint to be due. */
  constructor(sql: SqlStorage, log: Log, patience = 1) {
    this.#sql = sql;
    this.#log = log;
    this.#patience = patience;
  }

  of(segment: string): Bitmap {
    const loaded = this.#loaded.get(segment);
    if (loaded) return loaded;
    const bitmap = this.#read(segment);
    this.#loaded.set(segment, bitmap);
    return bitmap;
  }

  /** Bytes of the loaded bitmaps. */
  get bytes(): number {
    let sum = 0;
    for (const bitmap of this.#loaded.values()) sum += bitmap.bytes;
    return sum;
  }

  /** Reads them, a few at a time: else the first flip of each would wait for that. */
  async readAhead(segments: readonly string[], isStillThere: (segment: string) => boolean, slices: Slices) {
    for (const segment of segments) {
      if (isStillThere(segment)) this.of(segment);
      await slices.next();
    }
  }

  /** After the transaction of the entry that holds these flips. Their bitmaps were loaded to find them. */
  patch(flips: ReadonlyMap<string, Flips>): void {
    for (const [segment, flip] of flips) {
      roll(this.of(segment), flip);
      this.#count(segment, flip);
    }
  }

  /** Loaded segments of which much has flipped since their checkpoint, the most first; together about so many blocks. */
  due(blocks: number): string[] {
    const due: { segment: string; excess: number; blocks: number }[] = [];
    for (const [segment, flipped] of this.#flipped) {
      const blocks = this.#loaded.get(segment)?.chunkCount ?? 0;
      const excess = flipped / (this.#patience * (MORE_FLIPS + FLIPS_A_BLOCK * blocks));
      if (excess > 1) due.push({ segment, excess, blocks });
    }
    due.sort((a, b) => b.excess - a.excess);
    const some: string[] = [];
    let left = blocks;
    for (const one of due) {
      if (left <= 0) break;
      left -= one.blocks;
      some.push(one.segment);
    }
    return some;
  }

  /** Inside a transaction: writes the blocks of a segment that changed; they are as of `seq` then. */
  checkpoint(segment: string, seq: number): void {
    const bitmap = this.of(segment);
    try {
      if (bitmap.isDirty) {
        for (const chunk of bitmap.takeDirty()) this.#write(segment, chunk, bitmap);
        this.#stamp(segment, seq);
      }
    } catch (error) {
      this.#drop(segment); // what was dirty is not known any more: the log knows
      throw error;
    }
    this.#flipped.delete(segment);
  }

  /** Inside a transaction: the membership is from now on this bitmap. Call `adopt` after it. */
  store(segment: string, bitmap: Bitmap, seq: number): void {
    this.#sql.exec("DELETE FROM memberships WHERE segment = ?", segment);
    for (let chunk = 0; chunk < bitmap.chunkCount; chunk++) this.#write(segment, chunk, bitmap);
    this.#stamp(segment, seq);
  }

  adopt(segment: string, bitmap: Bitmap): void {
    bitmap.takeDirty();
    this.#loaded.set(segment, bitmap);
    this.#flipped.delete(segment);
  }

  /** Inside a transaction. */
  remove(segment: string): void {
    this.#sql.exec("DELETE FROM memberships WHERE segment = ?", segment);
    this.#sql.exec("DELETE FROM checkpoints WHERE segment = ?", segment);
    this.#drop(segment);
  }

  #drop(segment: string): void {
    this.#loaded.delete(segment);
    this.#flipped.delete(segment);
  }

  #count(segment: string, { entered, left }: Flips): void {
    this.#flipped.set(segment, (this.#flipped.get(segment) ?? 0) + entered.length + left.length);
  }

  /** The checkpoint's blocks, then the flips after it. */
  #read(segment: string): Bitmap {
    const bitmap = new Bitmap();
    const blocks = this.#sql.exec<{ chunk: number; block: ArrayBuffer }>(
      "SELECT chunk, block FROM memberships WHERE segment = ?",
      segment,
    );
    for (const { chunk, block } of blocks) bitmap.decodeChunk(chunk, new Uint8Array(block));
    bitmap.takeDirty();
    const from = this.#sql.exec<{ seq: number }>("SELECT seq FROM checkpoints WHERE segment = ?", segment).toArray()[0];
    for (const flip of this.#log.flipsAfter(segment, from?.seq ?? 0)) {
      roll(bitmap, flip);
      this.#count(segment, flip);
    }
    return bitmap;
  }

  #write(segment: string, chunk: number, bitmap: Bitmap): void {
    const block = bitmap.encodeChunk(chunk);
    if (block) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO memberships (segment, chunk, block) VALUES (?, ?, ?)",
        segment,
        chunk,
        block,
      );
    } else this.#sql.exec("DELETE FROM memberships WHERE segment = ? AND chunk = ?", segment, chunk);
  }

  #stamp(segment: string, seq: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO checkpoints (segment, seq) VALUES (?, ?)", segment, seq);
  }
}

function roll(bitmap: Bitmap, flip: Flips): void {
  for (const row of flip.left) bitmap.remove(row);
  if (flip.entered.length < MANY_ROWS) for (const row of flip.entered) bitmap.add(row);
  else addMany(bitmap, flip.entered);
}

/** Chunk by chunk, where a chunk's rows follow each other. */
function addMany(bitmap: Bitmap, rows: readonly number[]): void {
  for (let at = 0; at < rows.length; ) {
    const chunk = (rows[at] as number) >>> 16;
    const words = bitmap.readWords(chunk);
    for (; at < rows.length && (rows[at] as number) >>> 16 === chunk; at++) {
      const index = (rows[at] as number) & 0xffff;
      words[index >>> 5] = (words[index >>> 5] as number) | (1 << (index & 31));
    }
    bitmap.setWords(chunk, words);
  }
}
