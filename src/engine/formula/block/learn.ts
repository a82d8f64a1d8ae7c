/**
 * How many decimals are enough for a block's values, where its column does not know: looking once at each value costs a
 * fifth of looking at each pair in each step of the arithmetic.
 */
import { BLOCK_ROWS, type NumberVector } from "./block.ts";

/** With this many digits in all, decimals and doubles stand for each other. */
const LARGEST = 1e15;

/** Whether the decimals are known, or could be found. */
export function learnDecimals(vector: NumberVector): boolean {
  if (vector.decimals >= 0) return true;
  for (const decimals of [2, 6]) {
    const power = 10 ** decimals;
    if (vector.bound * power > LARGEST || !areParts(vector.values, power)) continue;
    vector.decimals = decimals;
    return true;
  }
  return false;
}

function areParts(values: Float64Array, power: number): boolean {
  for (let start = 0; start < BLOCK_ROWS; start += 64) if (odd(values, power, start) !== 0) return false;
  return true;
}

/** Not 0 where one of 64 values has more decimals. Comparisons with NaN are false, so empty ones are passed over. */
function odd(values: Float64Array, power: number, start: number): number {
  let found = 0;
  for (let i = start; i < start + 64; i++) {
    const value = values[i] as number;
    const back = Math.floor(value * power + 0.5) / power;
    found |= Number(back < value) | Number(back > value);
  }
  return found;
}
