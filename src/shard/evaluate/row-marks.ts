/** Rows as bits, by chunk. */
import { emptyWords, type Words } from "../../engine/index.ts";

export type RowMarks = ReadonlyMap<number, Words>;

/** Marks from row numbers. */
export function marksOf(rows: Iterable<number>): Map<number, Words> {
  const marks = new Map<number, Words>();
  for (const row of rows) {
    const chunk = row >>> 16;
    let words = marks.get(chunk);
    if (words === undefined) {
      words = emptyWords();
      marks.set(chunk, words);
    }
    const at = (row & 0xffff) >>> 5;
    words[at] = (words[at] as number) | (1 << (row & 31));
  }
  return marks;
}

/** The rows that a chunk's bits stand for, ascending. */
export function* rowsOf(chunk: number, words: Words): Generator<number, void, undefined> {
  for (let word = 0; word < words.length; word++) {
    for (let bits = words[word] as number; bits !== 0; bits &= bits - 1) {
      yield chunk * 65_536 + word * 32 + (31 - Math.clz32(bits & -bits));
    }
  }
}
