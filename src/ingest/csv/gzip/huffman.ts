/** DEFLATE's codes as look-up tables: the next bits of the input are the index. */

export interface Table {
  /** `symbol << 4 | bits of its code`; 0 where no code begins so. */
  readonly entries: Uint16Array;
  readonly mask: number;
}

/** The table for code lengths by symbol; null when no prefix code has them. */
export function decodeTable(lengths: Uint8Array): Table | null {
  const counts = new Uint16Array(16);
  let longest = 1;
  for (const length of lengths) {
    counts[length]!++;
    if (length > longest) longest = length;
  }
  counts[0] = 0;
  const next = new Uint32Array(17);
  let left = 1;
  for (let length = 1; length <= 15; length++) {
    left = left * 2 - counts[length]!;
    if (left < 0) return null;
    next[length + 1] = (next[length]! + counts[length]!) << 1;
  }
  const entries = new Uint16Array(1 << longest);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    const entry = (symbol << 4) | length;
    for (let at = reversed(next[length]!++, length); at < entries.length; at += 1 << length) entries[at] = entry;
  }
  return { entries, mask: entries.length - 1 };
}

/** Codes are written from their highest bit, everything else from the lowest. */
function reversed(code: number, length: number): number {
  let value = 0;
  for (let bit = 0; bit < length; bit++) value |= ((code >>> bit) & 1) << (length - 1 - bit);
  return value;
}

/** Extra bits and first values of length symbols (from 257) and distance symbols; 0 for those that do not exist. */
export const LENGTH_EXTRA = Uint8Array.of(
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  1,
  1,
  1,
  2,
  2,
  2,
  2,
  3,
  3,
  3,
  3,
  4,
  4,
  4,
  4,
  5,
  5,
  5,
  5,
  0,
  0,
  0,
);
export const DISTANCE_EXTRA = Uint8Array.of(
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 0, 0],
);
export const LENGTH_BASE = basesOf(LENGTH_EXTRA, 3, 28);
export const DISTANCE_BASE = basesOf(DISTANCE_EXTRA, 1, 30);
LENGTH_BASE[28] = 258;

function basesOf(extra: Uint8Array, first: number, symbols: number): Uint16Array {
  const bases = new Uint16Array(extra.length);
  let base = first;
  for (let symbol = 0; symbol < symbols; symbol++) {
    bases[symbol] = base;
    base += 1 << extra[symbol]!;
  }
  return bases;
}

/** The codes of blocks that bring none of their own. */
export const FIXED = fixedTables();

function fixedTables(): { readonly literals: Table; readonly distances: Table } {
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  const literals = decodeTable(lengths);
  const distances = decodeTable(new Uint8Array(30).fill(5));
  if (literals === null || distances === null) throw new Error("DEFLATE's fixed codes are wrong");
  return { literals, distances };
}
