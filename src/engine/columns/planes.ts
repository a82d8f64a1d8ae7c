/**
 * Small codes cut into bit planes: plane b holds bit b of every row, 32 rows a word. A comparison with a constant is
 * then a few bitwise operations on whole words: 32 rows at once in plain numbers, where a loop over the codes looks
 * at one row at a time. Derived from the codes it was made of, and patched with them.
 */
import { CHUNK_ROWS, emptyWords, type Words } from "../bitmap/words.ts";
import { allFour, allTwo, atLeastFour, atLeastOne, BLOCK, onlyOne, withinTwo } from "./plane-kernels.ts";

/** Codes of up to so many bits are cut whole. */
const WHOLE = 20;
/**
 * Of wider ones the planes hold so many of the highest bits: those decide all rows but the few that lie in one stretch
 * with a bound, whose codes are then looked at.
 */
const COARSE = 12;

export type Codes = Uint8Array | Uint16Array | Int8Array | Int16Array | Int32Array;

/** How many planes codes from 0 to `highest` need. */
const planesFor = (highest: number): number => 32 - Math.clz32(highest);

/** Working space: everything here is synchronous. */
const scratch = new Uint8Array(CHUNK_ROWS);
const scratchWords = new Uint32Array(scratch.buffer);
const won = new Uint32Array(BLOCK);
const above = new Uint32Array(BLOCK);
const atLow = emptyWords();
const atHigh = emptyWords();

export class Planes {
  readonly #codes: Codes;
  readonly #base: number;
  /** Bits of a code that the planes leave out. */
  readonly #shift: number;
  readonly #count: number;
  /** How many blocks of 64 words there are; plane p of block b begins at word (b · count + p) · 64. */
  readonly #blocks: number;
  readonly #words: Words;

  /** Of the codes `base … highest`; what lies outside (rows that are empty) gets any bits, rows beyond the codes `base`. */
  constructor(codes: Codes, base: number, highest: number) {
    const bits = planesFor(highest - base);
    this.#codes = codes;
    this.#base = base;
    this.#shift = bits <= WHOLE ? 0 : bits - COARSE;
    this.#count = bits - this.#shift;
    this.#blocks = Math.ceil(codes.length / (32 * BLOCK));
    this.#words = new Uint32Array(this.#count * this.#blocks * BLOCK);
    for (let plane = 0; plane < this.#count; plane += 8) {
      cutByte(codes, base, plane + this.#shift);
      scratch.fill(0, codes.length, this.#blocks * BLOCK * 32);
      turnByte(this.#words, this.#blocks, this.#count, plane);
    }
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /** False where the code does not fit: the planes are of no use any more. */
  set(index: number, code: number): boolean {
    const value = this.#stretch(code);
    const block = index >>> 11;
    if (value < 0 || value >= 2 ** this.#count || block >= this.#blocks) return false;
    const bit = 1 << (index & 31);
    let at = block * this.#count * BLOCK + ((index >>> 5) & (BLOCK - 1));
    for (let plane = 0; plane < this.#count; plane++, at += BLOCK) {
      const word = this.#words[at] as number;
      this.#words[at] = (value >>> plane) & 1 ? word | bit : word & ~bit;
    }
    return true;
  }

  /** Which stretch of codes, all alike to the planes, a code is in. */
  #stretch(code: number): number {
    return Math.floor((code - this.#base) / 2 ** this.#shift);
  }

  /** `out` = the rows of `mask` with just this code. `out` may be `mask`. */
  equal(code: number, mask: Words, out: Words): void {
    this.#equal(this.#stretch(code), mask, out);
    if (this.#shift > 0) this.#lookAt(out, out, code, code);
  }

  #equal(value: number, mask: Words, out: Words): void {
    const count = this.#count;
    if (value < 0 || value >= 2 ** count) out.fill(0);
    else if (count === 0) out.set(mask);
    else for (let block = 0; block < this.#blocks; block++) this.#equalBlock(value, block, mask, out);
    out.fill(0, this.#blocks * BLOCK);
  }

  #equalBlock(value: number, block: number, mask: Words, out: Words): void {
    const words = this.#words;
    const count = this.#count;
    const row = block * BLOCK;
    let at = row * count;
    let from = mask;
    let bits = ~value;
    let left = count;
    for (; left >= 4; left -= 4, at += 4 * BLOCK, bits >>= 4, from = out) {
      allFour(words, at, -(bits & 1), -((bits >> 1) & 1), -((bits >> 2) & 1), -((bits >> 3) & 1), from, out, row);
    }
    if (left >= 2) {
      allTwo(words, at, -(bits & 1), -((bits >> 1) & 1), from, out, row);
      at += 2 * BLOCK;
      bits >>= 2;
      from = out;
    }
    if ((left & 1) === 1) onlyOne(words, at, -(bits & 1), from, out, row);
  }

  /** `out` = the rows of `mask` with `low <= code <= high`. `out` may be `mask`. */
  between(low: number, high: number, mask: Words, out: Words): void {
    if (low === high) {
      this.equal(low, mask, out);
      return;
    }
    const from = this.#stretch(low);
    const to = this.#stretch(high);
    const cutLow = this.#shift > 0 && from >= 0 && from < 2 ** this.#count;
    const cutHigh = this.#shift > 0 && to >= 0 && to < 2 ** this.#count;
    // The rows in one stretch with a bound, before `out` is written: it may be the mask.
    if (cutLow) this.#equal(from, mask, atLow);
    if (cutHigh) this.#equal(to, mask, atHigh);
    this.#between(from, to, mask, out);
    if (cutLow) this.#lookAt(atLow, out, low, high);
    if (cutHigh) this.#lookAt(atHigh, out, low, high);
  }

  /** Takes out of `out` the rows of `some` whose code is not in between. */
  #lookAt(some: Words, out: Words, low: number, high: number): void {
    const codes = this.#codes;
    const words = codes.length >>> 5;
    for (let word = 0; word < words; word++) {
      const looked = some[word] as number;
      if (looked === 0) continue;
      let misses = 0;
      for (let rest = looked; rest !== 0; rest &= rest - 1) {
        const bit = 31 - Math.clz32(rest & -rest);
        const code = codes[(word << 5) | bit] as number;
        misses |= (Number(code < low) | Number(code > high)) << bit;
      }
      (out[word] as number) &= ~misses;
    }
  }

  #between(from: number, to: number, mask: Words, out: Words): void {
    const top = 2 ** this.#count - 1;
    if (from > top || to < 0 || from > to) out.fill(0);
    else if (from <= 0 && to >= top) out.set(mask);
    else if (from === to) this.#equal(from, mask, out);
    else {
      for (let block = 0; block < this.#blocks; block++) {
        if (to >= top) this.#atLeast(from, 0, block, mask, out);
        else if (from <= 0) this.#atLeast(to + 1, -1, block, mask, out);
        else this.#within(from, to + 1, block, mask, out);
      }
    }
    out.fill(0, this.#blocks * BLOCK);
  }

  /** From the lowest bit up: where the bound has the bit, the row needs it, too; else having it is enough to win. */
  #atLeast(bound: number, flip: number, block: number, mask: Words, out: Words): void {
    const words = this.#words;
    const row = block * BLOCK;
    let plane = lowestBit(bound);
    let at = (block * this.#count + plane) * BLOCK;
    let bits = ~bound >> plane;
    won.fill(0xffffffff);
    for (; plane + 4 <= this.#count; plane += 4, at += 4 * BLOCK, bits >>= 4) {
      atLeastFour(words, at, -(bits & 1), -((bits >> 1) & 1), -((bits >> 2) & 1), -((bits >> 3) & 1), won);
    }
    for (; plane < this.#count; plane++, at += BLOCK, bits >>= 1) atLeastOne(words, at, -(bits & 1), won);
    for (let i = 0; i < BLOCK; i++) out[row + i] = (mask[row + i] as number) & ((won[i] as number) ^ flip);
  }

  /** Both bounds in one pass over the planes; `end` is excluded. */
  #within(start: number, end: number, block: number, mask: Words, out: Words): void {
    const words = this.#words;
    const row = block * BLOCK;
    let plane = lowestBit(start | end);
    let at = (block * this.#count + plane) * BLOCK;
    let low = ~start >> plane;
    let high = ~end >> plane;
    won.fill(0xffffffff);
    above.fill(0xffffffff);
    for (; plane + 2 <= this.#count; plane += 2, at += 2 * BLOCK, low >>= 2, high >>= 2) {
      withinTwo(words, at, -(low & 1), -((low >> 1) & 1), won, -(high & 1), -((high >> 1) & 1), above);
    }
    if (plane < this.#count) {
      atLeastOne(words, at, -(low & 1), won);
      atLeastOne(words, at, -(high & 1), above);
    }
    for (let i = 0; i < BLOCK; i++)
      out[row + i] = (mask[row + i] as number) & (won[i] as number) & ~(above[i] as number);
  }
}

const lowestBit = (bound: number) => 31 - Math.clz32(bound & -bound);

/** Puts eight bits of each code, counted from `base`, into the scratch. */
function cutByte(codes: Codes, base: number, shift: number): void {
  for (let i = 0; i < codes.length; i++) scratch[i] = ((codes[i] as number) - base) >> shift;
}

/** Turns the scratch's bytes into up to eight planes from `plane` on. */
function turnByte(words: Words, blocks: number, count: number, plane: number): void {
  const planes = Math.min(8, count - plane);
  const bytes = new Uint8Array(words.buffer);
  for (let block = 0; block < blocks; block++) {
    turnBlock(block, bytes, (block * count + plane) * BLOCK * 4, planes);
  }
}

/** Eight rows of eight bits at a time become eight planes of eight rows: three swaps of ever larger squares. */
function turnBlock(block: number, planes: Uint8Array, from: number, count: number): void {
  for (let i = 0; i < BLOCK * 4; i++) {
    const eight = (block * BLOCK * 4 + i) * 2;
    let low = scratchWords[eight] as number;
    let high = scratchWords[eight + 1] as number;
    let moved = (low ^ (low >>> 7)) & 0x00aa00aa;
    low ^= moved ^ (moved << 7);
    moved = (high ^ (high >>> 7)) & 0x00aa00aa;
    high ^= moved ^ (moved << 7);
    moved = (low ^ (low >>> 14)) & 0x0000cccc;
    low ^= moved ^ (moved << 14);
    moved = (high ^ (high >>> 14)) & 0x0000cccc;
    high ^= moved ^ (moved << 14);
    moved = (high & 0xf0f0f0f0) | ((low >>> 4) & 0x0f0f0f0f);
    low = ((high << 4) & 0xf0f0f0f0) | (low & 0x0f0f0f0f);
    for (let plane = 0, at = from + i; plane < count; plane++, at += BLOCK * 4) {
      planes[at] = plane < 4 ? low >>> (plane << 3) : moved >>> (plane << 3);
    }
  }
}
