/** Sorts (hash, row) pairs by hash, then row, where rows come ascending for equal hashes: four passes of 8 bits each, stable. */
export interface Entries {
  readonly hashes: Uint32Array;
  readonly rows: Uint32Array;
}

export function sortEntries(entries: Entries): Entries {
  let from = entries;
  let to: Entries = { hashes: new Uint32Array(from.rows.length), rows: new Uint32Array(from.rows.length) };
  for (let shift = 0; shift < 32; shift += 8) {
    const starts = startsOf(from.hashes, shift);
    for (let at = 0; at < from.hashes.length; at++) {
      const hash = from.hashes[at] as number;
      const digit = (hash >>> shift) & 0xff;
      const target = starts[digit] as number;
      starts[digit] = target + 1;
      to.hashes[target] = hash;
      to.rows[target] = from.rows[at] as number;
    }
    [from, to] = [to, from];
  }
  return from;
}

function startsOf(hashes: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(256);
  for (let at = 0; at < hashes.length; at++) {
    const digit = ((hashes[at] as number) >>> shift) & 0xff;
    starts[digit] = (starts[digit] as number) + 1;
  }
  let sum = 0;
  for (let digit = 0; digit < 256; digit++) {
    const count = starts[digit] as number;
    starts[digit] = sum;
    sum += count;
  }
  return starts;
}
