/**
 * Finds bytes in bytes. Where the host has Node's Buffer (Workers may have it too), its search is several times
 * faster than a loop; this file is the only one that looks for it.
 */
type Searcher = (bytes: Uint8Array, needle: Uint8Array, from: number) => number;

interface BufferLike {
  prototype: { indexOf(this: Uint8Array, needle: Uint8Array, from: number): number };
}

const buffer = (globalThis as { Buffer?: BufferLike }).Buffer;

/** The first position at or after `from` where `needle` (not empty) stands, or -1. */
export const findBytes: Searcher =
  buffer === undefined ? findByLoop : (bytes, needle, from) => buffer.prototype.indexOf.call(bytes, needle, from);

export function findByLoop(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0] as number;
  const last = bytes.length - needle.length;
  for (let at = bytes.indexOf(first, from); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < needle.length && bytes[at + matched] === needle[matched]) matched++;
    if (matched === needle.length) return at;
  }
  return -1;
}
