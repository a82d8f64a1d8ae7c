/**
 * The name of a row in a file without a key: 128 bits of its content, as 32 hex digits. Equal rows have
 * equal hashes whatever the order of their columns; part of the stored format, never change it.
 * Four lanes of multiply-and-rotate mixing over UTF-16 units (in the manner of MurmurHash3, x86, 128 bits).
 */
import type { Cell } from "../../engine/index.ts";

const MULTIPLIERS = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;

export function rowHash(pairs: readonly (readonly [field: number, cell: Cell])[]): string {
  const filled = pairs.filter(([, cell]) => cell !== null).sort((a, b) => a[0] - b[0]);
  return hash128(JSON.stringify(filled));
}

export function hash128(text: string): string {
  const lanes = new Int32Array([0x2f6e2b1, 0x51ed270b, 0x1b873593, 0x7f4a7c15]);
  for (let i = 0; i < text.length; i++) mix(lanes, i & 3, text.charCodeAt(i) + 1);
  for (let lane = 0; lane < 4; lane++) mix(lanes, lane, text.length);
  for (let round = 0; round < 8; round++) mix(lanes, round & 3, round + 0x9e37);
  return Array.from(lanes, (lane) => finish(lane).toString(16).padStart(8, "0")).join("");
}

/** Every lane takes part of every unit, so that no 32 bits alone decide. */
function mix(lanes: Int32Array, lane: number, value: number): void {
  for (let i = 0; i < 4; i++) {
    const multiplier = MULTIPLIERS[(lane + i) & 3] as number;
    let h = (lanes[i] as number) ^ Math.imul(value + i, multiplier);
    h = (h << (13 + i)) | (h >>> (19 - i));
    lanes[i] = Math.imul(h, 5) + (lanes[(i + 1) & 3] as number) + 0x561ccd1b;
  }
}

function finish(lane: number): number {
  let h = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
