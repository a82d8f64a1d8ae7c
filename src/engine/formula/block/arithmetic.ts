/**
 * + - * / on blocks: on whole numbers where the values can be made such, else pair by pair, as the row evaluator does.
 * The answers are the same.
 */
import { add, divide, multiply, remainder, subtract } from "../meaning/decimal.ts";
import { BLOCK_ROWS, type NumberVector } from "./block.ts";
import { asNumbers, asWhole, fitsScaled, sameWhole } from "./scale.ts";

export type Arithmetic = (a: NumberVector, b: NumberVector, out: NumberVector) => void;

export const addBlocks: Arithmetic = (a, b, out) => {
  const bound = a.bound + b.bound;
  if (sameWhole(a, b)) addWhole(a.values, b.values, out.values);
  else addAny(asNumbers(a).values, asNumbers(b).values, out.values);
  out.known(a.decimals, bound);
};

export const subtractBlocks: Arithmetic = (a, b, out) => {
  const bound = a.bound + b.bound;
  if (sameWhole(a, b)) subtractWhole(a.values, b.values, out.values);
  else subtractAny(asNumbers(a).values, asNumbers(b).values, out.values);
  out.known(a.decimals, bound);
};

export const multiplyBlocks: Arithmetic = (a, b, out) => {
  const bound = a.bound * b.bound;
  const decimals = asWhole(a) && asWhole(b) ? a.decimals + b.decimals : -1;
  const power = 10 ** decimals;
  if (decimals < 0 || !fitsScaled(bound, decimals) || !fitsScaled(Math.max(a.bound, b.bound), 0)) {
    multiplyAny(asNumbers(a).values, asNumbers(b).values, out.values);
    out.known(-1, bound);
  } else if (decimals <= 6) {
    multiplyWhole(a.values, b.values, out.values);
    out.known(decimals, bound);
  } else {
    multiplyScaled(a.values, b.values, out.values, power);
    out.known(-1, bound);
  }
};

export const divideBlocks: Arithmetic = (a, b, out) => {
  if (sameWhole(a, b)) divideWhole(a.values, b.values, out.values);
  else divideAny(asNumbers(a).values, asNumbers(b).values, out.values);
  out.known(-1, Number.POSITIVE_INFINITY);
};

export const remainderBlocks: Arithmetic = (a, b, out) => {
  remainderAny(asNumbers(a).values, asNumbers(b).values, out.values);
  out.known(-1, a.bound);
};

/** A loop for each: with the work as an argument, V8 would call it for each row. */
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

function remainderAny(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = remainder(a[i] as number, b[i] as number);
}

function addWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = (a[i] as number) + (b[i] as number);
}

function subtractWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = (a[i] as number) - (b[i] as number);
}

function multiplyWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = (a[i] as number) * (b[i] as number);
}

function multiplyScaled(a: Float64Array, b: Float64Array, out: Float64Array, power: number): void {
  for (let i = 0; i < BLOCK_ROWS; i++) out[i] = ((a[i] as number) * (b[i] as number)) / power;
}

/** By zero: infinity or NaN, both of which times 0 are NaN, which is empty. A branch would cost twice the division. */
function divideWhole(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < BLOCK_ROWS; i++) {
    const quotient = (a[i] as number) / (b[i] as number);
    out[i] = quotient - quotient * 0;
  }
}
