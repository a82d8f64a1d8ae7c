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

export function countWords(words: Words): number {
  let count = 0;
  for (let i = 0; i < words.length; i++) count += bitCount(words[i] as number);
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
