/**
 * How numbers are written as small integers without loss: value = (base + step · code) / scale. Decimals have a scale
 * of a power of ten, instants a step of whole seconds, minutes or days and a base amid them. Every value of a chunk
 * gives back the same double, or the chunk is kept as doubles.
 */

export type CodeWidth = "int8" | "int16" | "int32";
export type NumberEncoding = CodeWidth | "float64";

export interface NumberCode {
  readonly encoding: NumberEncoding;
  readonly base: number;
  readonly step: number;
  /** 1, 10, 100 … 1,000,000. */
  readonly scale: number;
}

export const widths = { int8: Int8Array, int16: Int16Array, int32: Int32Array, float64: Float64Array } as const;
export type NumberArray = Int8Array | Int16Array | Int32Array | Float64Array;
const limits: Readonly<Record<CodeWidth, number>> = { int8: 0x7f, int16: 0x7fff, int32: 0x7fffffff };
const order: readonly NumberEncoding[] = ["int8", "int16", "int32", "float64"];
const MAX_SCALE = 1e6;
/** Beyond this a scaled value might not be exact. */
const MAX_SCALED = 2 ** 50;
/** Milliseconds of a day, an hour, a minute, a second. */
const STEPS = [86_400_000, 3_600_000, 60_000, 1000];

const plain = (encoding: NumberEncoding, scale = 1): NumberCode => ({ encoding, base: 0, step: 1, scale });
export const doubles = plain("float64");
export const isPlain = ({ base, step, scale }: NumberCode): boolean => base === 0 && step === 1 && scale === 1;

export function decodeNumber({ base, step, scale }: NumberCode, code: number): number {
  return (base + step * code) / scale;
}

/** The code of a value, or NaN where it has none. */
export function encodeNumber(code: NumberCode, value: number): number {
  const written = (Math.round(value * code.scale) - code.base) / code.step;
  const fits = Number.isInteger(written) && fitsWidth(code.encoding, written) && decodeNumber(code, written) === value;
  return fits ? written + 0 : Number.NaN;
}

function fitsWidth(encoding: NumberEncoding, written: number): boolean {
  if (encoding === "float64") return true;
  return written <= limits[encoding] && written >= -limits[encoding] - 1;
}

/** The smallest code whose value is at least `low`; above the width's codes where there is none. */
export function firstCode(code: NumberCode, low: number): number {
  const lowest = lowestCode(code);
  const highest = -lowest - 1;
  if (low <= decodeNumber(code, lowest)) return lowest;
  if (low > decodeNumber(code, highest)) return highest + 1;
  let guess = Math.ceil((low * code.scale - code.base) / code.step);
  while (decodeNumber(code, guess - 1) >= low) guess--;
  while (decodeNumber(code, guess) < low) guess++;
  return guess;
}

/** The largest code whose value is at most `high`; below the width's codes where there is none. */
export function lastCode(code: NumberCode, high: number): number {
  const lowest = lowestCode(code);
  const highest = -lowest - 1;
  if (high >= decodeNumber(code, highest)) return highest;
  if (high < decodeNumber(code, lowest)) return lowest - 1;
  let guess = Math.floor((high * code.scale - code.base) / code.step);
  while (decodeNumber(code, guess + 1) <= high) guess++;
  while (decodeNumber(code, guess) > high) guess--;
  return guess;
}

const lowestCode = ({ encoding }: NumberCode) => -limits[encoding as CodeWidth] - 1;

/** What is empty is null, undefined or NaN. */
const isValue = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value);

/** The narrowest code for the values; empty ones are null, undefined or NaN. Never narrower than `atLeast`. */
export function codeFor(values: ArrayLike<unknown>, atLeast: NumberCode = plain("int8")): NumberCode {
  const scale = scaleFor(values, atLeast.scale);
  if (scale === null) return doubles;
  const { low, high, step } = extent(values, scale);
  const narrow = order.find((width) => fitsWidth(width, low) && fitsWidth(width, high)) as NumberEncoding;
  const wanted = wider(narrow, isPlain(atLeast) || atLeast.scale > 1 ? atLeast.encoding : "int8");
  const code = wanted === "float64" && narrow === "float64" ? spread(low, high, step, scale) : plain(wanted, scale);
  return code.encoding === "float64" || givesBack(code, values) ? code : doubles;
}

const wider = (a: NumberEncoding, b: NumberEncoding) => (order.indexOf(a) > order.indexOf(b) ? a : b);

/** The power of ten that makes all values integers, or null. */
function scaleFor(values: ArrayLike<unknown>, atLeast: number): number | null {
  let scale = atLeast;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!isValue(value)) continue;
    while (!isInteger(value, scale)) {
      if (scale >= MAX_SCALE) return null;
      scale *= 10;
    }
  }
  return scale;
}

function isInteger(value: number, scale: number): boolean {
  if (scale === 1) return Number.isInteger(value);
  const scaled = Math.round(value * scale);
  return scaled / scale === value && Math.abs(scaled) < MAX_SCALED;
}

function extent(values: ArrayLike<unknown>, scale: number): { low: number; high: number; step: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!isValue(value)) continue;
    const scaled = Math.round(value * scale);
    if (scaled < low) low = scaled;
    if (scaled > high) high = scaled;
  }
  return low > high ? { low: 0, high: 0, step: 1 } : { low, high, step: stepOf(values, scale, low, high) };
}

/** The longest of the usual steps on which all values lie; only for integers that are too large to be kept as they are. */
function stepOf(values: ArrayLike<unknown>, scale: number, low: number, high: number): number {
  if (scale !== 1 || (fitsWidth("int32", low) && fitsWidth("int32", high))) return 1;
  let at = 0;
  for (let i = 0; i < values.length && at < STEPS.length; i++) {
    const value = values[i];
    if (isValue(value)) while (at < STEPS.length && value % (STEPS[at] as number) !== 0) at++;
  }
  return STEPS[at] ?? 1;
}

/** Large integers around a base amid them, so that later ones on either side find room. */
function spread(low: number, high: number, step: number, scale: number): NumberCode {
  const base = Math.round((low + high) / 2 / step) * step;
  const fits = fitsWidth("int32", (low - base) / step) && fitsWidth("int32", (high - base) / step);
  return fits && Math.abs(base) < MAX_SCALED ? { encoding: "int32", base, step, scale } : doubles;
}

function givesBack(code: NumberCode, values: ArrayLike<unknown>): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isValue(value) && Number.isNaN(encodeNumber(code, value))) return false;
  }
  return true;
}
