/**
 * + - * / on blocks. Where the decimals and the size of all values are known, whole numbers are made and divided
 * without looking at each value; else each pair is looked at, as the row evaluator does. The answers are the same.
 */
import { add, divide, multiply, subtract } from "../meaning/decimal.ts";
import { BLOCK_ROWS, type NumberVector } from "./block.ts";
import { learnDecimals } from "./learn.ts";

/** As many whole numbers are exact, with room for the rounding of a product. */
const LARGEST = 1e15;

export type Arithmetic = (a: NumberVector, b: NumberVector, out: NumberVector) => void;

function common(a: NumberVector, b: NumberVector): number {
  const known = learnDecimals(a) && learnDecimals(b);
  return known ? Math.max(a.decimals, b.decimals) : -1;
}

/** 10^decimals where both fit that way, else 0. */
function powerFor(a: NumberVector, b: NumberVector, decimals: number): number {
  const power = decimals < 0 ? 0 : 10 ** decimals;
  return Math.max(a.bound, b.bound) * power <= LARGEST ? power : 0;
}

export const addBlocks: Arithmetic = (a, b, out) => {
  const decimals = common(a, b);
  const power = powerFor(a, b, decimals);
  const bound = a.bound + b.bound;
  if (power === 1) addWhole(a.values, b.values, out.values);
  else if (power > 0) addScaled(a.values, b.values, out.values, power);
  else addAny(a.values, b.values, out.values);
  out.known(power === 0 ? -1 : decimals, bound);
};

export const subtractBlocks: Arithmetic = (a, b, out) => {
  const decimals = common(a, b);
  const power = powerFor(a, b, decimals);
  const bound = a.bound + b.bound;
  if (power === 1) subtractWhole(a.values, b.values, out.values);
  else if (power > 0) subtractScaled(a.values, b.values, out.values, power);
  else subtractAny(a.values, b.values, out.values);
  out.known(power === 0 ? -1 : decimals, bound);
};

export const multiplyBlocks: Arithmetic = (a, b, out) => {
  const known = learnDecimals(a) && learnDecimals(b);
  const bound = a.bound * b.bound;
  const [left, right] = known ? [10 ** a.decimals, 10 ** b.decimals] : [0, 0];
  const exact = known && bound * left * right <= LARGEST;
  const decimals = exact && a.decimals + b.decimals <= 6 ? a.decimals + b.decimals : -1;
  if (exact && left * right === 1) multiplyWhole(a.values, b.values, out.values);
  else if (exact) multiplyScaled(a.values, b.values, out.values, left, right);
  else multiplyAny(a.values, b.values, out.values);
  out.known(decimals, bound);
};

export const divideBlocks: Arithmetic = (a, b, out) => {
  const power = powerFor(a, b, common(a, b));
  if (power === 1) divideWhole(a.values, b.values, out.values);
  else if (power > 0) divideScaled(a.values, b.values, out.values, power);
  else divideAny(a.values, b.values, out.values);
  out.known(-1, Number.POSITIVE_INFINITY);
};

/** A loop for each of the four: with the work as an argument, V8 would call it for each row. */
function addAny(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = add(a[i] as number, b[i] as number);
}

function subtractAny(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = subtract(a[i] as number, b[i] as number);
}

function multiplyAny(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = multiply(a[i] as number, b[i] as number);
}

function divideAny(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = divide(a[i] as number, b[i] as number);
}

function addWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = (a[i] as number) + (b[i] as number);
}

function addScaled(a: Float64Array, b: Float64Array, out: Float64Array, power: number): void {
  for (let i = 0; i < BLOCK_ROWS; i++) {
    out[i] = (Math.floor((a[i] as number) * power + 0.5) + Math.floor((b[i] as number) * power + 0.5)) / power;
  }
}

function subtractWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = (a[i] as number) - (b[i] as number);
}

function subtractScaled(a: Float64Array, b: Float64Array, out: Float64Array, power: number): void {
  for (let i = 0; i < BLOCK_ROWS; i++) {
    out[i] = (Math.floor((a[i] as number) * power + 0.5) - Math.floor((b[i] as number) * power + 0.5)) / power;
  }
}

function multiplyWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = (a[i] as number) * (b[i] as number);
}

function multiplyScaled(a: Float64Array, b: Float64Array, out: Float64Array, left: number, right: number): void {
  const power = left * right;
  for (let i = 0; i < BLOCK_ROWS; i++) {
    out[i] = (Math.floor((a[i] as number) * left + 0.5) * Math.floor((b[i] as number) * right + 0.5)) / power;
  }
}

/** By zero: infinity or NaN, both of which times 0 are NaN, which is empty. A branch would cost twice the division. */
function divideWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) {
    const quotient = (a[i] as number) / (b[i] as number);
    out[i] = quotient - quotient * 0;
  }
}

function divideScaled(a: Float64Array, b: Float64Array, out: Float64Array, power: number): void {
  for (let i = 0; i < BLOCK_ROWS; i++) {
    const quotient = Math.floor((a[i] as number) * power + 0.5) / Math.floor((b[i] as number) * power + 0.5);
    out[i] = quotient - quotient * 0;
  }
}
