/**
 * The members among 65,536 rows, in the smallest of three forms: a sorted array of indexes, runs of
 * neighbours, or a bit for each row. A block is replaced, not changed, when its form changes.
 */
import {
  bitCount,
  CHUNK_ROWS,
  CHUNK_WORDS,
  clearBit,
  countWords,
  emptyWords,
  hasBit,
  nextBit,
  setBit,
  setRange,
  type Words,
} from "./words.ts";

export interface ArrayBlock {
  readonly form: "array";
  /** Sorted; the first `size` entries count, the rest is room to grow. */
  items: Uint16Array;
  size: number;
}

export interface RunsBlock {
  readonly form: "runs";
  /** Pairs of first and last index, both included, sorted, never touching. */
  readonly runs: Uint16Array;
  readonly size: number;
}

export interface BitsBlock {
  readonly form: "bits";
  readonly words: Words;
  size: number;
}

export type Block = ArrayBlock | RunsBlock | BitsBlock;

/** Above this many members an array would be larger than bits. */
const ARRAY_LIMIT = 4096;

export function emptyBlock(): Block {
  return { form: "array", items: new Uint16Array(4), size: 0 };
}

/** The position of `index` among the first `size` items, or of the first item above it. */
function search(items: Uint16Array, size: number, index: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] as number) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The pair number of the run that holds `index` or of the first run that ends at or after it. */
function searchRun(runs: Uint16Array, index: number): number {
  let low = 0;
  let high = runs.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[2 * middle + 1] as number) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function blockHas(block: Block, index: number): boolean {
  if (block.form === "bits") return hasBit(block.words, index);
  if (block.form === "array") {
    const at = search(block.items, block.size, index);
    return at < block.size && block.items[at] === index;
  }
  const run = searchRun(block.runs, index);
  return run < block.runs.length >>> 1 && (block.runs[2 * run] as number) <= index;
}

/** The first member at or after `index`, or -1. */
export function blockNext(block: Block, index: number): number {
  if (index >= CHUNK_ROWS) return -1;
  if (block.form === "bits") return nextBit(block.words, index);
  if (block.form === "array") {
    const at = search(block.items, block.size, index);
    return at < block.size ? (block.items[at] as number) : -1;
  }
  const run = searchRun(block.runs, index);
  return run < block.runs.length >>> 1 ? Math.max(index, block.runs[2 * run] as number) : -1;
}

/** Writes the members as bits. `out` is overwritten. */
export function blockWords(block: Block, out: Words): void {
  if (block.form === "bits") {
    out.set(block.words);
    return;
  }
  out.fill(0);
  if (block.form === "array") for (let i = 0; i < block.size; i++) setBit(out, block.items[i] as number);
  else
    for (let i = 0; i < block.runs.length; i += 2) setRange(out, block.runs[i] as number, block.runs[i + 1] as number);
}

/** The smallest block with exactly the bits of `words`, which are copied. */
export function blockOfWords(words: Words): Block {
  const size = countWords(words);
  const runs = countRuns(words);
  if (runs * 4 <= Math.min(size * 2, CHUNK_WORDS * 4)) return runsOfWords(words, runs, size);
  return size <= ARRAY_LIMIT ? arrayOfWords(words, size) : { form: "bits", words: words.slice(), size };
}

function countRuns(words: Words): number {
  let runs = 0;
  let carry = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    runs += bitCount(word & ~((word << 1) | carry));
    carry = word >>> 31;
  }
  return runs;
}

function runsOfWords(words: Words, count: number, size: number): RunsBlock {
  const runs = new Uint16Array(count * 2);
  let first = nextBit(words, 0);
  for (let i = 0; i < count; i++) {
    let last = first;
    while (last + 1 < CHUNK_ROWS && hasBit(words, last + 1)) last = skipFull(words, last + 1);
    runs[2 * i] = first;
    runs[2 * i + 1] = last;
    first = nextBit(words, last + 1);
  }
  return { form: "runs", runs, size };
}

/** The end of the full word in which `index` starts, else `index` itself. */
function skipFull(words: Words, index: number): number {
  return (index & 31) === 0 && words[index >>> 5] === 0xffffffff ? index + 31 : index;
}

function arrayOfWords(words: Words, size: number): ArrayBlock {
  const items = new Uint16Array(size);
  let at = 0;
  for (let index = nextBit(words, 0); index >= 0; index = nextBit(words, index + 1)) items[at++] = index;
  return { form: "array", items, size };
}

/** The block with `index` added: the same object where its form allows, else a new one. */
export function blockAdd(block: Block, index: number): Block {
  if (block.form === "array") return arrayAdd(block, index);
  if (block.form === "bits") {
    if (!hasBit(block.words, index)) block.size++;
    setBit(block.words, index);
    return block;
  }
  return extendLastRun(block, index) ?? blockAdd(toBits(block), index);
}

function arrayAdd(block: ArrayBlock, index: number): Block {
  const at = search(block.items, block.size, index);
  if (at < block.size && block.items[at] === index) return block;
  if (block.size >= ARRAY_LIMIT) return blockAdd(toBits(block), index);
  if (block.size === block.items.length) {
    const larger = new Uint16Array(Math.min(ARRAY_LIMIT, Math.max(8, block.size * 2)));
    larger.set(block.items);
    block.items = larger;
  }
  block.items.copyWithin(at + 1, at, block.size);
  block.items[at] = index;
  block.size++;
  return block;
}

/** Rows mostly arrive in order: the row after the last run makes it longer. */
function extendLastRun(block: RunsBlock, index: number): Block | null {
  if (blockHas(block, index)) return block;
  const last = block.runs.length - 1;
  if (last < 0 || block.runs[last] !== index - 1) return null;
  block.runs[last] = index;
  return { form: "runs", runs: block.runs, size: block.size + 1 };
}

/** The block with `index` removed: the same object where its form allows, else a new one. */
export function blockRemove(block: Block, index: number): Block {
  if (!blockHas(block, index)) return block;
  if (block.form === "runs") return blockRemove(toBits(block), index);
  if (block.form === "bits") clearBit(block.words, index);
  else {
    const at = search(block.items, block.size, index);
    block.items.copyWithin(at, at + 1, block.size);
  }
  block.size--;
  return block.form === "bits" && block.size < ARRAY_LIMIT / 2 ? arrayOfWords(block.words, block.size) : block;
}

function toBits(block: Block): BitsBlock {
  const words = emptyWords();
  blockWords(block, words);
  return { form: "bits", words, size: block.size };
}

export function blockClone(block: Block): Block {
  if (block.form === "array") return { form: "array", items: block.items.slice(0, block.size), size: block.size };
  if (block.form === "runs") return { form: "runs", runs: block.runs.slice(), size: block.size };
  return { form: "bits", words: block.words.slice(), size: block.size };
}

/** Bytes that the block keeps in typed arrays. */
export function blockBytes(block: Block): number {
  if (block.form === "array") return block.items.byteLength;
  return block.form === "runs" ? block.runs.byteLength : block.words.byteLength;
}
