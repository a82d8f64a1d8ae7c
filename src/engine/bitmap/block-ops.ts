/**
 * Two blocks at once. Forms are read as they are: an array is looked up in the other block, runs are walked along, bits
 * are combined word by word; nothing is unpacked that need not be.
 */
import { type ArrayBlock, type Block, blockHas, blockOfWords, blockWords, type RunsBlock } from "./block.ts";
import { andCount, andInto, andNotInto, countRange, countWords, emptyWords, orInto, type Words } from "./words.ts";

/** How many members both blocks have. */
export function overlapOf(a: Block, b: Block): number {
  if (a.size === 0 || b.size === 0) return 0;
  if (a.form === "array") return b.form === "array" ? arraysOverlap(a, b) : overlapOfArray(a, b);
  if (b.form === "array") return overlapOfArray(b, a);
  if (a.form === "runs") return overlapOfRuns(a, b);
  return b.form === "runs" ? overlapOfRuns(b, a) : andCount(a.words, b.words);
}

function overlapOfArray({ items, size }: ArrayBlock, other: Block): number {
  if (other.form === "bits") return countHits(items, size, other.words);
  let count = 0;
  for (let i = 0; i < size; i++) if (blockHas(other, items[i] as number)) count++;
  return count;
}

function countHits(items: Uint16Array, size: number, words: Words): number {
  let count = 0;
  for (let i = 0; i < size; i++) {
    const index = items[i] as number;
    count += ((words[index >>> 5] as number) >>> (index & 31)) & 1;
  }
  return count;
}

/** Both sorted: one is walked, the other followed. */
function arraysOverlap(a: ArrayBlock, b: ArrayBlock): number {
  const [left, right] = [a.items, b.items];
  let count = 0;
  for (let i = 0, j = 0; i < a.size && j < b.size; ) {
    const x = left[i] as number;
    const y = right[j] as number;
    count += Number(x === y);
    i += Number(x <= y);
    j += Number(y <= x);
  }
  return count;
}

function overlapOfRuns(a: RunsBlock, b: Exclude<Block, ArrayBlock>): number {
  let count = 0;
  if (b.form === "bits") {
    for (let i = 0; i < a.runs.length; i += 2)
      count += countRange(b.words, a.runs[i] as number, a.runs[i + 1] as number);
    return count;
  }
  for (let i = 0, j = 0; i < a.runs.length && j < b.runs.length; ) {
    const [endA, endB] = [a.runs[i + 1] as number, b.runs[j + 1] as number];
    const shared = Math.min(endA, endB) - Math.max(a.runs[i] as number, b.runs[j] as number) + 1;
    if (shared > 0) count += shared;
    if (endA <= endB) i += 2;
    if (endB <= endA) j += 2;
  }
  return count;
}

const isWhole = (block: Block): boolean => block.size === 65_536;
const left = emptyWords();
const right = emptyWords();

/** The members of both, as a new block of the smallest form; null where there is none. */
export function andBlocks(a: Block, b: Block): Block | null {
  if (a.size === 0 || b.size === 0) return null;
  if (a.form === "array") return filtered(a, b, true);
  if (b.form === "array") return filtered(b, a, true);
  return combined(a, b, andInto);
}

export function andNotBlocks(a: Block, b: Block): Block | null {
  if (a.size === 0 || isWhole(b)) return null;
  if (a.form === "array") return filtered(a, b, false);
  return combined(a, b, andNotInto);
}

export function orBlocks(a: Block, b: Block): Block | null {
  return combined(a, b, orInto);
}

/** The members of an array that the other block has, or has not. */
function filtered({ items, size }: ArrayBlock, other: Block, wanted: boolean): Block | null {
  const kept = new Uint16Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) {
    const index = items[i] as number;
    kept[count] = index;
    count += Number(blockHas(other, index) === wanted);
  }
  return count === 0 ? null : { form: "array", items: kept.slice(0, count), size: count };
}

function combined(a: Block, b: Block, operation: (target: Words, other: Words) => void): Block | null {
  blockWords(a, left);
  if (b.form === "bits") operation(left, b.words);
  else {
    blockWords(b, right);
    operation(left, right);
  }
  return countWords(left) === 0 ? null : blockOfWords(left);
}
