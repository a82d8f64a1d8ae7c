/** 65,536 bits as 2,048 words of 32: the working form of one chunk's rows. Bit b of word w is row 32·w + b. */

export const CHUNK_BITS = 16;
export const CHUNK_ROWS = 1 << CHUNK_BITS;
export const CHUNK_WORDS = CHUNK_ROWS / 32;

export type Words = Uint32Array;

export function emptyWords(): Words {
  return new Uint32Array(CHUNK_WORDS);
}

export function hasBit(words: Words, index: number): boolean {
  return (((words[index >>> 5] as number) >>> (index & 31)) & 1) === 1;
}

export function setBit(words: Words, index: number): void {
  (words[index >>> 5] as number) |= 1 << (index & 31);
}

export function clearBit(words: Words, index: number): void {
  (words[index >>> 5] as number) &= ~(1 << (index & 31));
}

/** How many bits of a 32-bit word are set. */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Half of the counting of two words: eight counts of up to eight in a word's nibbles, folded to four bytes. */
function bytesOfTwo(a: number, b: number): number {
  const first = a - ((a >>> 1) & 0x55555555);
  const second = b - ((b >>> 1) & 0x55555555);
  const nibbles =
    (first & 0x33333333) + ((first >>> 2) & 0x33333333) + (second & 0x33333333) + ((second >>> 2) & 0x33333333);
  return (nibbles & 0x0f0f0f0f) + ((nibbles >>> 4) & 0x0f0f0f0f);
}

/** Sixteen words make at most 128 in a byte, so their bytes are added up once. */
const STRIDE = 16;

/** Of a multiple of 16 words. */
export function countWords(words: Words): number {
  let count = 0;
  for (let i = 0; i < words.length; i += STRIDE) {
    let bytes = 0;
    for (let j = i; j < i + STRIDE; j += 2) bytes += bytesOfTwo(words[j] as number, words[j + 1] as number);
    count += addBytes(bytes);
  }
  return count;
}

/** How many bits are set in both. */
export function andCount(a: Words, b: Words): number {
  let count = 0;
  for (let i = 0; i < a.length; i += STRIDE) {
    let bytes = 0;
    for (let j = i; j < i + STRIDE; j += 2) {
      bytes += bytesOfTwo((a[j] as number) & (b[j] as number), (a[j + 1] as number) & (b[j + 1] as number));
    }
    count += addBytes(bytes);
  }
  return count;
}

const addBytes = (bytes: number): number => {
  const pairs = (bytes & 0x00ff00ff) + ((bytes >>> 8) & 0x00ff00ff);
  return (pairs & 0xffff) + (pairs >>> 16);
};

/** How many bits from `first` to `last`, both included, are set. */
export function countRange(words: Words, first: number, last: number): number {
  const from = first >>> 5;
  const to = last >>> 5;
  const head = -1 << (first & 31);
  const tail = -1 >>> (31 - (last & 31));
  if (from === to) return bitCount((words[from] as number) & head & tail);
  let count = bitCount((words[from] as number) & head) + bitCount((words[to] as number) & tail);
  for (let i = from + 1; i < to; i++) count += bitCount(words[i] as number);
  return count;
}

/** Sets the bits from `first` to `last`, both included. */
export function setRange(words: Words, first: number, last: number): void {
  const from = first >>> 5;
  const to = last >>> 5;
  const head = -1 << (first & 31);
  const tail = -1 >>> (31 - (last & 31));
  if (from === to) {
    (words[from] as number) |= head & tail;
    return;
  }
  (words[from] as number) |= head;
  words.fill(0xffffffff, from + 1, to);
  (words[to] as number) |= tail;
}

/** The first set bit at or after `index`, or -1. */
export function nextBit(words: Words, index: number): number {
  let word = index >>> 5;
  if (word >= words.length) return -1;
  let bits = (words[word] as number) & (-1 << (index & 31));
  while (bits === 0) {
    if (++word >= words.length) return -1;
    bits = words[word] as number;
  }
  return (word << 5) + (31 - Math.clz32(bits & -bits));
}

export function andInto(target: Words, other: Words): void {
  for (let i = 0; i < target.length; i++) (target[i] as number) &= other[i] as number;
}

export function orInto(target: Words, other: Words): void {
  for (let i = 0; i < target.length; i++) (target[i] as number) |= other[i] as number;
}

export function andNotInto(target: Words, other: Words): void {
  for (let i = 0; i < target.length; i++) (target[i] as number) &= ~(other[i] as number);
}

export function isEmptyWords(words: Words): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
  return true;
}

export function sameWords(a: Words, b: Words): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
