/** 32 bits of a key, over its UTF-8. Part of the stored format: never change it. Keys are compared in full after it. */
const encoder = new TextEncoder();
const SEED = 0x2c1b3c6d;
const PRIME = 0x01000193;

export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = SEED;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), PRIME);
  return finish(hash);
}

export function hashKey(key: string): number {
  let hash = SEED;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    if (unit >= 0x80) {
      const bytes = encoder.encode(key);
      return hashBytes(bytes, 0, bytes.length);
    }
    hash = Math.imul(hash ^ unit, PRIME);
  }
  return finish(hash);
}

/** Spreads over all bits: blocks are cut by the highest, tables by the lowest. */
function finish(state: number): number {
  let hash = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}
