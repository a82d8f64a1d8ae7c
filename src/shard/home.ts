/**
 * The shard a key lives in: FNV-1a (32 bits) over the UTF-16 code units of the key, finished with an
 * avalanche so that keys that differ in their last digit spread. Part of the stored format: never change it.
 */
export function homeShard(key: string, shardCount: number): number {
  if (shardCount <= 1) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  return finish(hash) % shardCount;
}

/** The same of a key as bytes, all of them ASCII. */
export function homeOfAscii(bytes: Uint8Array, from: number, to: number, shardCount: number): number {
  if (shardCount <= 1) return 0;
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) {
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    hash = Math.imul(hash, 0x01000193);
  }
  return finish(hash) % shardCount;
}

function finish(state: number): number {
  let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The part of a key that decides its home. Rows of a dataset without a key field are named
 * `<hash of the row>` and, for the second and later equal rows, `<hash>.<occurrence>`: equal rows live together.
 */
export function homePart(key: string, keyless: boolean): string {
  if (!keyless) return key;
  const dot = key.indexOf(".");
  return dot < 0 ? key : key.slice(0, dot);
}
