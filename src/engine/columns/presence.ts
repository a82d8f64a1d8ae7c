/**
 * Which rows of a chunk are not empty. While the first so many rows all are and no other is, a count says it all;
 * bits are kept only from the first gap on.
 */
import {
  CHUNK_ROWS,
  CHUNK_WORDS,
  clearBit,
  emptyWords,
  hasBit,
  setBit,
  setRange,
  type Words,
} from "../bitmap/words.ts";

export class Presence {
  #bits: Words | null = null;
  #count = 0;

  static ofBits(bits: Words, count: number): Presence {
    const presence = new Presence();
    presence.#bits = bits;
    presence.#count = count;
    return presence;
  }

  static ofFirst(count: number): Presence {
    const presence = new Presence();
    presence.#count = count;
    return presence;
  }

  /** How many rows are not empty. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bits?.byteLength ?? 0;
  }

  /** Null where the first `count` rows are those. */
  get bits(): Words | null {
    return this.#bits;
  }

  has(index: number): boolean {
    return this.#bits === null ? index < this.#count : hasBit(this.#bits, index);
  }

  put(index: number, present: boolean): void {
    if (this.has(index) === present) return;
    const atEnd = index === (present ? this.#count : this.#count - 1);
    if (this.#bits === null && !atEnd) this.#bits = this.#asBits();
    if (this.#bits !== null) {
      if (present) setBit(this.#bits, index);
      else clearBit(this.#bits, index);
    }
    this.#count += present ? 1 : -1;
  }

  #asBits(): Words {
    const bits = emptyWords();
    if (this.#count > 0) setRange(bits, 0, this.#count - 1);
    return bits;
  }

  /** Puts NaN in the place of each empty row, of `out.length` rows from `first` on (multiples of 32). */
  eraseEmpty(first: number, out: Float64Array): void {
    const bits = this.#bits;
    if (bits === null) {
      out.fill(Number.NaN, Math.max(0, Math.min(out.length, this.#count - first)));
      return;
    }
    for (let i = 0; i < out.length; i += 32) {
      let empty = ~(bits[(first + i) >>> 5] as number);
      for (; empty !== 0; empty &= empty - 1) out[i + 31 - Math.clz32(empty & -empty)] = Number.NaN;
    }
  }

  /** `out` = the rows of `mask` that are not empty. `out` may be `mask`. */
  scan(mask: Words, out: Words): void {
    const bits = this.#bits;
    if (bits !== null) for (let i = 0; i < CHUNK_WORDS; i++) out[i] = (mask[i] as number) & (bits[i] as number);
    else {
      if (out !== mask) out.set(mask);
      if (this.#count < CHUNK_ROWS) {
        const last = this.#count >>> 5;
        (out[last] as number) &= ~(-1 << (this.#count & 31));
        out.fill(0, last + 1);
      }
    }
  }
}
