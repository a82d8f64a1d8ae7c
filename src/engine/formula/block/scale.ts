/**
 * Numbers of a block as whole numbers of a power of ten: arithmetic on them is exact without looking at each pair. Most
 * columns keep their numbers that way; of others a block is looked at once.
 */
import { BLOCK_ROWS, type NumberVector } from "./block.ts";

/** Up to so many digits decimals and doubles stand for each other. */
const LARGEST = 1e15;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const;

export const fitsScaled = (bound: number, decimals: number): boolean => bound * 10 ** decimals <= LARGEST;

/** Makes the values whole numbers of some power of ten, or answers false. */
export function asWhole(vector: NumberVector): boolean {
  if (vector.decimals >= 0) return true;
  for (const decimals of [2, 6]) {
    const power = POWERS[decimals] as number;
    if (!fitsScaled(vector.bound, decimals) || !areParts(vector.values, power)) continue;
    // Rounded: the product may be off by less than a half.
    for (let i = 0; i < BLOCK_ROWS; i++) vector.values[i] = Math.floor((vector.values[i] as number) * power + 0.5);
    vector.decimals = decimals;
    return true;
  }
  return false;
}

/** Makes the values stand for themselves, and forgets what was known of them: what is made of them may be anything. */
export function asNumbers(vector: NumberVector): NumberVector {
  if (vector.decimals > 0) {
    const power = POWERS[vector.decimals] as number;
    for (let i = 0; i < BLOCK_ROWS; i++) vector.values[i] = (vector.values[i] as number) / power;
  }
  vector.decimals = -1;
  return vector;
}

/** Makes the values of both whole numbers of the same power of ten, or answers false and leaves what they stand for. */
export function sameWhole(a: NumberVector, b: NumberVector): boolean {
  return asWhole(a) && asWhole(b) && rescaled(a, b);
}

function rescaled(a: NumberVector, b: NumberVector): boolean {
  const decimals = Math.max(a.decimals, b.decimals);
  if (!fitsScaled(Math.max(a.bound, b.bound), decimals)) return false;
  rescale(a, decimals);
  rescale(b, decimals);
  return true;
}

function rescale(vector: NumberVector, decimals: number): void {
  const factor = POWERS[decimals - vector.decimals] as number;
  if (factor !== 1) for (let i = 0; i < BLOCK_ROWS; i++) vector.values[i] = (vector.values[i] as number) * factor;
  vector.decimals = decimals;
}

/** Makes values that can be compared and chosen from: both whole numbers of one power of ten, or both as they are. */
export function align(a: NumberVector, b: NumberVector): void {
  if (a.decimals === b.decimals || (a.decimals >= 0 && b.decimals >= 0 && rescaled(a, b))) return;
  asNumbers(a);
  asNumbers(b);
}

function areParts(values: Float64Array, power: number): boolean {
  for (let start = 0; start < BLOCK_ROWS; start += 64) if (odd(values, power, start) !== 0) return false;
  return true;
}

/** Not 0 where one of 64 values is no such part. Comparisons with NaN are false, so empty ones are passed over. */
function odd(values: Float64Array, power: number, start: number): number {
  let found = 0;
  for (let i = start; i < start + 64; i++) {
    const value = values[i] as number;
    const back = Math.floor(value * power + 0.5) / power;
    found |= Number(back < value) | Number(back > value);
  }
  return found;
}
